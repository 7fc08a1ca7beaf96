// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/**
 * Resolves the names of devices: {@code cpu}, {@code cuda}, {@code cuda:1}, or {@code auto} for a GPU where there is
 * one.
 */
public final class Devices {
    static {
        NativeMemory.allow();
        LibtorchFiles.prepare();
    }

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");

    private Devices() {}

    /** Waits until {@code device} has finished all queued work; only a GPU ever keeps one waiting. */
    public static void synchronize(Device device) {
        if (device.is_cuda()) {
            torch.cuda_synchronize(device.index());
        }
    }

    /**
     * Returns the device of that name, in the caller's scope.
     *
     * @throws UserException if there is no such device here, or the name is none
     */
    public static Device resolve(String name) {
        String wanted = name.trim().toLowerCase(Locale.ROOT);
        if (wanted.equals("auto")) {
            return new Device(torch.cuda_is_available() ? "cuda:0" : "cpu");
        }
        if (wanted.equals("cpu")) {
            return new Device("cpu");
        }
        Matcher cuda = CUDA.matcher(wanted);
        if (!cuda.matches()) {
            throw new UserException("there is no device named '" + name + "'; choose cpu, cuda, cuda:N or auto.");
        }
        int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        if (!torch.cuda_is_available()) {
            throw new UserException("device " + wanted + " was asked for, but this build of libtorch sees no CUDA GPU; "
                    + "build with the Maven profile 'cuda' on a machine that has one, or use --device cpu.");
        }
        int count = torch.cuda_device_count();
        if (index >= count) {
            throw new UserException("device " + wanted + " was asked for, but there are only " + count
                    + " CUDA devices here, numbered from 0; choose one of them.");
        }
        return new Device("cuda:" + index);
    }
}
