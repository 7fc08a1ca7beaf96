// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

/**
 * A record of a configuration some of whose checks need files, which a constructor should not read: {@link
 * ConfigReader} makes these checks once it has created the record, and tells what they refuse as it does that of
 * constructors.
 */
public interface ChecksFiles {
    /**
     * Checks what cannot be known without reading files.
     *
     * @throws IllegalArgumentException if values do not fit what the files say
     * @throws io.lightcone.UserException if a file is missing, or cannot be read
     */
    void checkFiles();
}
