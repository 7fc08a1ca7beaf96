// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.function.IntUnaryOperator;

/** Draws the landmarks of the island: boats and buoys at sea, houses, towers, tents and trees on land. */
final class Landmark {
    private static final double HIGH = 0.3;

    /** The colours of roofs, sails and so on, one for each landmark in turn. */
    private static final int[] ACCENTS = {0xd8433b, 0xf2c230, 0x7a4fc4, 0xe87fb0, 0x2fb7a3, 0xf08030, 0x3657c9};

    private static final String[][] AT_SEA = {
        {"   w    ", "   ww   ", "   waa  ", "   waaa ", "   w    ", "bbbbbbbb", " bbbbbb "}, // a sailing boat
        {"  aa  ", "  ww  ", " aaaa ", " wwww ", "aaaaaa"}, // a buoy
        {"   kkk  ", "   www  ", "  wwwww ", "aaaaaaaa", " aaaaaa "}, // a steamer
        {"  ggg   ", " gggggg ", "gggkkggg", " kkkkkk "} // a rock
    };

    private static final String[][] ON_LAND = {
        {"   aa   ", "  aaaa  ", " aaaaaa ", " wwwwww ", " wwkkww ", " wwkkww "}, // a house
        {"  kk  ", "  yy  ", "  ww  ", "  aa  ", "  ww  ", "  aa  ", " wwww ", " kkkk "}, // a lighthouse
        {"   a    ", "   aa   ", "  aaaa  ", " aakkaa ", "aaakkaaa"}, // a tent
        {" a    a ", " gg  gg ", " gggggg ", " ggkkgg ", " ggkkgg ", " gggggg "}, // a castle
        {"w  bb  w", " w bb w ", "  wbbw  ", "  aaaa  ", " wbbbbw ", "w aaaa w", "  aaaa  "}, // a windmill
        {" aaaaaa ", " awwwwa ", " awaawa ", " awwwwa ", " aaaaaa "} // a field
    };

    private static final String[][] ON_HILLS = {
        {"  aaa ", "  a   ", "  k   ", "  k   ", " ggg  "}, // a flag
        {"  ggg  ", " gwwwg ", "gwaaawg", " gwwwg ", "  ggg  "}, // an observatory
        {"   a    ", "  aaa   ", " aaaaa  ", " bbbbb  ", " bkkbb  "} // a hut
    };

    private Landmark() {}

    /** Draws landmark number {@code number} of a map so that its middle is at a place of that height above the sea. */
    static void draw(Canvas canvas, int x, int y, double height, int number) {
        String[][] kinds = height < 0 ? AT_SEA : height > HIGH ? ON_HILLS : ON_LAND;
        String[] rows = kinds[number % kinds.length];
        int accent = ACCENTS[number % ACCENTS.length];
        IntUnaryOperator palette = letter -> switch (letter) {
            case 'w' -> 0xfaf6ea;
            case 'k' -> 0x2b2b38;
            case 'b' -> 0x7a4a2a;
            case 'g' -> 0x9a9aa6;
            case 'y' -> 0xffe27a;
            default -> accent;
        };
        canvas.sprite(x - rows[0].length() / 2, y - rows.length / 2, rows, palette);
    }
}
