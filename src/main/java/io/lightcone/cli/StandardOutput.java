// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Standard output for bytes that another program reads: other than {@link System#out}, it says when nobody does any more. */
final class StandardOutput extends OutputStream {
    private final PrintStream stream = System.out;

    @Override
    public void write(int value) throws IOException {
        stream.write(value);
        check();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        stream.write(bytes, offset, length);
        check();
    }

    @Override
    public void flush() throws IOException {
        check();
    }

    private void check() throws IOException {
        if (stream.checkError()) { // which flushes
            throw new IOException("its reader has gone away, or its disk is full");
        }
    }
}
