// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import io.lightcone.TextFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/** Helps to call FFmpeg: errors, text, fractions and options. Loading this class turns FFmpeg's own log off. */
final class Ffmpeg {
    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    private Ffmpeg() {}

    /** Reports a negative result of FFmpeg, with what it means in words. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Failure(int code) {
            super(Ffmpeg.reason(code));
            reason = Ffmpeg.reason(code);
        }

        String reason() {
            return reason;
        }
    }

    /** Returns a result of FFmpeg unless it is an error. */
    static int check(int result) throws Failure {
        if (result < 0) {
            throw new Failure(result);
        }
        return result;
    }

    /** Returns whether FFmpeg gave what was asked for; it did not where it wants more input first, or is at the end. */
    static boolean came(int result) throws Failure {
        if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
            return false;
        }
        check(result);
        return true;
    }

    /** Returns FFmpeg's words for an error code, with a lower-case first letter. */
    static String reason(int code) {
        byte[] text = new byte[256];
        av_strerror(code, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        String words = new String(text, 0, length, StandardCharsets.UTF_8);
        return words.isEmpty() ? "error " + code : TextFormat.uncapitalized(words);
    }

    /** Returns the URL of a file; its scheme keeps a name like {@code http:x.mp4} from meaning anything else. */
    static BytePointer url(Path file) {
        return new BytePointer(FileNames.bytes("file:", file));
    }

    static BytePointer utf8(String text) {
        return new BytePointer(text, StandardCharsets.UTF_8);
    }

    /** Returns a fraction that belongs to the caller's pointer scope. */
    static AVRational rational(int numerator, int denominator) {
        return new AVRational().num(numerator).den(denominator);
    }

    /** Returns a fraction as a number; 0 where FFmpeg writes 0/0 or 0/1 for unknown. */
    static double value(AVRational fraction) {
        return fraction.den() == 0 ? 0 : (double) fraction.num() / fraction.den();
    }

    /** Returns options as FFmpeg wants them; free them with {@code av_dict_free}. */
    static AVDictionary options(Map<String, String> options) {
        AVDictionary dictionary = new AVDictionary(null);
        options.forEach((key, value) -> av_dict_set(dictionary, key, value, 0));
        return dictionary;
    }
}
