// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.bytedeco.pytorch.Device;

/**
 * Tells how much memory this machine has, before much of it is taken: an operating system that promises more than it
 * has ends the program in the middle of its work, without a word.
 */
public final class MachineMemory {
    static {
        NativeMemory.allow();
    }

    private static final double GIGA = 1e9;

    private MachineMemory() {}

    /**
     * Returns the bytes of memory and swap that this process may use at most; {@link Long#MAX_VALUE} where that is
     * unknown.
     */
    static long bytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() + system.getTotalSwapSpaceSize()
                : Long.MAX_VALUE;
    }

    /**
     * Throws unless {@code bytes} fit into the memory of {@code device} at all, however empty it is. Only the memory of
     * a CPU is checked, since a GPU refuses by itself.
     *
     * @param what needs them, in the plural, such as "the weights of this model"
     * @param remedy what to choose instead, such as "a smaller model.width"
     * @throws UserException if they do not
     */
    public static void require(Device device, double bytes, String what, String remedy) {
        if (device.is_cpu() && bytes > bytes()) {
            throw new UserException(String.format(
                    Locale.ROOT,
                    "%s need %,.0f GB of memory, but this machine has %,.0f GB; choose %s",
                    what,
                    Math.ceil(bytes / GIGA),
                    bytes() / GIGA,
                    remedy));
        }
    }
}
