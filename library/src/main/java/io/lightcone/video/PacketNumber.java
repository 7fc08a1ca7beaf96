// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.Pointer;

/**
 * Numbers packets: FFmpeg passes the number on from a packet to the frame decoded from it, in the place of an address.
 */
final class PacketNumber extends Pointer {
    private PacketNumber(int number) {
        super((Pointer) null);
        address = number;
    }

    /** Numbers a packet; the decoder must have been opened with the flag to copy opaque values. */
    static void put(AVPacket packet, int number) {
        packet.opaque(new PacketNumber(number));
    }

    /** Returns the number of the packet that a frame was decoded from; 0 if the decoder does not give it. */
    static int of(AVFrame frame) {
        Pointer number = frame.opaque();
        return number == null ? 0 : (int) number.address();
    }
}
