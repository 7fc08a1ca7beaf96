// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of the page, from the resources of this package. Safe for several threads. */
final class PageFiles {
    private static final Pattern NAME = Pattern.compile("(?:[a-z0-9_-]+/)*[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.[a-z0-9]+");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "webmanifest", "application/manifest+json",
            "woff2", "font/woff2");

    private final Map<String, Content> read = new ConcurrentHashMap<>();

    /** A file and what it is. */
    @SuppressWarnings("ArrayRecordComponent") // written to connections as it is
    record Content(String type, byte[] bytes) {}

    /** Returns the file of a path such as {@code /}; null if there is none. */
    @Nullable
    Content of(String path) {
        String name = path.equals("/") ? "index.html" : path.substring(1);
        Content known = read.get(name);
        if (known != null || !NAME.matcher(name).matches()) {
            return known;
        }
        try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                return null;
            }
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            Content content = new Content(type, in.readAllBytes());
            read.put(name, content);
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
