// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import org.jspecify.annotations.Nullable;

/**
 * Reports something that the user can put right. The message is one sentence that says what is wrong, where, and what
 * to do; the command line prints it without a stack trace and exits with code 2.
 */
public class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserException(String message) {
        super(message);
    }

    public UserException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
