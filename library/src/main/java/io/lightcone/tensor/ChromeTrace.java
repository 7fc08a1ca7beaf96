// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.tensor.Timeline.Span;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a profile in the Trace Event Format of Chrome: one complete event ("ph": "X") for each span, with times in
 * microseconds since the beginning, on the track of its thread ("tid"), and metadata events ("M") that name process and
 * threads.
 */
final class ChromeTrace {
    private static final int PROCESS = 1;
    /** The decimals of a microsecond that a nanosecond needs. */
    private static final int DECIMALS = 3;

    private final Profile profile;

    ChromeTrace(Profile profile) {
        this.profile = profile;
    }

    /** Writes the file event by event, so that no more than a buffer of it is in memory. */
    void write(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("displayTimeUnit", "ms");
            json.writeArrayPropertyStart("traceEvents");
            named(json, "process_name", PROCESS, "lightcone, " + profile.name());
            int thread = 0;
            for (Profile.ThreadSpans each : profile.threads()) {
                thread++;
                named(json, "thread_name", thread, each.name());
                for (Span span : each.spans()) {
                    complete(json, thread, span);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void begin(JsonGenerator json, String name, String kind, int thread) {
        json.writeStartObject();
        json.writeStringProperty("name", name);
        json.writeStringProperty("ph", kind);
        json.writeNumberProperty("pid", PROCESS);
        json.writeNumberProperty("tid", thread);
    }

    private static void named(JsonGenerator json, String what, int thread, String name) {
        begin(json, what, "M", thread);
        json.writeObjectPropertyStart("args");
        json.writeStringProperty("name", name);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void complete(JsonGenerator json, int thread, Span span) {
        boolean numbered = span.number != Span.UNNUMBERED;
        begin(json, numbered ? span.name + " " + span.number : span.name, "X", thread);
        json.writeStringProperty("cat", span.name);
        // As decimal numbers: a double would be written with an exponent from 10 seconds on.
        json.writeNumberProperty("ts", BigDecimal.valueOf(span.start - profile.begun(), DECIMALS));
        json.writeNumberProperty("dur", BigDecimal.valueOf(profile.end(span) - span.start, DECIMALS));
        json.writeEndObject();
    }
}
