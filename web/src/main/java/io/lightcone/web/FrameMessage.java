// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A frame as viewers get it, as a binary message in network byte order: number of the frame (uint32), number of the
 * viewer's last message that took effect for it (uint32), the milliseconds that it took (float32), the action that it
 * follows (uint16), number of pictures and channels (uint8 each), width and height (uint16 each), and the pictures,
 * unsigned bytes in the order H, W, C.
 *
 * @param number of the frame, from 1 on
 * @param milliseconds that making it took
 * @param action number of the action that it follows, or {@link #UNKNOWN_ACTION}
 * @param channels 1 or 3
 * @param width columns of a picture
 * @param height rows of a picture
 * @param pictures the dream's, and the simulator's if there is one; not copied
 */
record FrameMessage(
        long number, float milliseconds, int action, int channels, int width, int height, List<byte[]> pictures) {
    /** The action of frames whose action nobody knows. */
    static final int UNKNOWN_ACTION = 0xFFFF;

    /** The bytes before the pictures. */
    static final int HEADER = 20;

    FrameMessage {
        pictures = List.copyOf(pictures);
    }

    /** Returns the message to a viewer whose message {@code lastId} was the last one that took effect. */
    ByteBuffer encoded(long lastId) {
        int bytes =
                HEADER + pictures.stream().mapToInt(picture -> picture.length).sum();
        ByteBuffer message = ByteBuffer.allocate(bytes)
                .putInt((int) number)
                .putInt((int) lastId)
                .putFloat(milliseconds)
                .putShort((short) action)
                .put((byte) pictures.size())
                .put((byte) channels)
                .putShort((short) width)
                .putShort((short) height);
        pictures.forEach(message::put);
        return message.flip();
    }
}
