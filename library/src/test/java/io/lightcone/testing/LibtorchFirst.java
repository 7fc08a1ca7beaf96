// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import io.lightcone.tensor.Devices;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Loads libtorch through Lightcone before any test runs: tests use its classes directly, and where nothing has been
 * unpacked yet, a libtorch of the system's would get mixed in.
 */
public final class LibtorchFirst implements BeforeAllCallback {
    static {
        Devices.resolve("cpu").close();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // The static initialiser of this class does the work, once.
    }
}
