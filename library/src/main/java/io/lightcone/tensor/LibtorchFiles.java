// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Unpacks libtorch's largest library before any other of its libraries is loaded. JavaCPP unpacks and loads them one by
 * one, and the first one needs the largest: if that is not there yet, the system takes another version of it where one
 * is installed (Debian's {@code libtorch1.13}, say), and the mixture of the two ends the JVM.
 */
final class LibtorchFiles {
    static {
        NativeMemory.allow();
        unpack();
    }

    private LibtorchFiles() {}

    /** Unpacks the library when it is called for the first time; later calls do nothing. */
    static void prepare() {
        // The static initialiser of this class does the work, once.
    }

    private static void unpack() {
        for (String kind : List.of("", "-gpu")) {
            String library = System.mapLibraryName("torch_cpu");
            try {
                Loader.cacheResource(
                        torch.class, "/org/bytedeco/pytorch/" + Loader.getPlatform() + kind + "/" + library);
            } catch (IOException e) {
                // Loading the library will fail for the same reason, and reports it.
            }
        }
    }
}
