// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

/** Says in a sentence for the viewer what is wrong with a message of its. */
final class BadMessageException extends Exception {
    private static final long serialVersionUID = 1;

    BadMessageException(String sentence) {
        super(sentence);
    }
}
