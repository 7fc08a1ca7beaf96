// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_KEEP_REF;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_get_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse_ptr;

import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Runs a chain of FFmpeg's picture filters: frames go in, filtered frames come out, perhaps a few later. It serves
 * frames of one kind (size, pixel format, colour range) only. Close it to free its native memory.
 */
final class FrameFilter implements AutoCloseable {
    private final FfmpegObjects objects = new FfmpegObjects();
    private final AVFilterContext source;
    private final AVFilterContext sink;

    /** Returns what a frame must have in common with the first one, in the words of FFmpeg's {@code buffer} filter. */
    static String kind(AVFrame frame) {
        return "video_size=" + frame.width() + "x" + frame.height() + ":pix_fmt=" + frame.format() + ":colorspace="
                + frame.colorspace() + ":range=" + frame.color_range();
    }

    /**
     * Builds a chain of filters.
     *
     * @param kind {@link #kind} of the frames that will come
     * @param timeBase unit of their time stamps, as a fraction of a second such as {@code 1/25}
     * @param chain the filters, in FFmpeg's language
     */
    FrameFilter(String kind, String timeBase, String chain) throws Ffmpeg.Failure {
        try (PointerScope scope = new PointerScope()) {
            AVFilterGraph graph = objects.own(avfilter_graph_alloc(), g -> avfilter_graph_free(g));
            graph.nb_threads(1);
            String whole =
                    "buffer@in=" + kind + ":pixel_aspect=1/1:time_base=" + timeBase + "," + chain + ",buffersink@out";
            AVFilterInOut none = new AVFilterInOut(null);
            Ffmpeg.check(avfilter_graph_parse_ptr(graph, whole, none, none, null));
            Ffmpeg.check(avfilter_graph_config(graph, null));
            source = avfilter_graph_get_filter(graph, "buffer@in");
            sink = avfilter_graph_get_filter(graph, "buffersink@out");
        } catch (Ffmpeg.Failure | RuntimeException | Error e) {
            objects.close();
            throw e;
        }
    }

    /** Gives the chain a frame, which stays the caller's; null says that no more will come. */
    void put(@Nullable AVFrame frame) throws Ffmpeg.Failure {
        Ffmpeg.check(av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF));
    }

    /**
     * Moves the next filtered frame into an empty one of the caller's, to be unreferenced later; returns false when
     * none is ready.
     */
    boolean take(AVFrame into) throws Ffmpeg.Failure {
        return Ffmpeg.came(av_buffersink_get_frame(sink, into));
    }

    @Override
    public void close() {
        objects.close();
    }
}
