// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {
    private static final int HEIGHT = 32;
    private static final int WIDTH = 48;

    /** Returns a picture whose top left is white, top right light, bottom left dark, bottom right black. */
    private static Clip corners() {
        byte[] pixels = new byte[HEIGHT * WIDTH];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int level = y < HEIGHT / 2 ? x < WIDTH / 2 ? 250 : 170 : x < WIDTH / 2 ? 90 : 10;
                pixels[y * WIDTH + x] = (byte) level;
            }
        }
        return new Clip("corners", 1, HEIGHT, WIDTH, 1, pixels);
    }

    /**
     * The matrix maps (x, y) to (a x + c y, b x + d y); W, L, D, B are the corners as they must be seen, row by row.
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "upright, 1 0 0 1, WLDB",
        "mirrored left to right, -1 0 0 1, LWBD",
        "turned by 180 degrees, -1 0 0 -1, BDLW",
        "mirrored upside down, 1 0 0 -1, DBWL",
        "turned clockwise, 0 1 -1 0, DWBL",
        "turned counterclockwise, 0 -1 1 0, LBWD",
        "mirrored along the falling diagonal, 0 1 1 0, WDLB",
        "mirrored along the rising diagonal, 0 -1 -1 0, BLDW"
    })
    void turnedAndMirroredPicturesAreSetUpright(String name, String matrix, String seen, @TempDir Path folder)
            throws IOException {
        Path file = TestVideos.encode(folder.resolve("v.mp4"), TestVideos.MP4_INDEX_LAST, 10, corners());
        byte[] bytes = Files.readAllBytes(file);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        String[] values = matrix.split(" ", 4);
        for (int i = 0; i < 4; i++) {
            int at = header + 44 + 4 * (i < 2 ? i : i + 1); // rows of three, the last of each 0
            ByteBuffer.wrap(bytes).putInt(at, Integer.parseInt(values[i]) << 16);
        }
        Files.write(file, bytes);
        boolean onItsSide = values[0].equals("0");
        int height = onItsSide ? WIDTH : HEIGHT;
        int width = onItsSide ? HEIGHT : WIDTH;
        byte[] upright = TestVideos.readAll(file, height, width, 1).pixels();
        StringBuilder found = new StringBuilder();
        for (int y : new int[] {4, height - 5}) {
            for (int x : new int[] {4, width - 5}) {
                found.append("BDLW".charAt(((upright[y * width + x] & 255) + 30) / 80));
            }
        }
        assertThat(found.toString()).isEqualTo(seen);
    }
}
