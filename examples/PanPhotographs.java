// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
import io.lightcone.video.VideoWriter;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Makes videos of photographs, for a codec to learn from: the camera passes over each several times, and comes nearer
 * or draws back. Arguments: the folder of the photographs, that of the videos, and how many of each.
 */
public final class PanPhotographs {
    private static final int SIZE = 256;
    private static final int FRAMES = 34;
    private static final double FRAMES_PER_SECOND = 12;
    /** How far the camera moves from one frame to the next, at most, as a share of what it sees. */
    private static final double SPEED = 0.03;

    /** What the camera sees: a square around a point of the photograph, in its pixels. */
    private record View(double x, double y, double side) {
        /** Returns the nearest view that lies within the photograph. */
        View within(BufferedImage photograph) {
            double most = Math.min(photograph.getWidth(), photograph.getHeight());
            double fitting = Math.min(side, most);
            return new View(
                    Math.max(fitting / 2, Math.min(photograph.getWidth() - fitting / 2, x)),
                    Math.max(fitting / 2, Math.min(photograph.getHeight() - fitting / 2, y)),
                    fitting);
        }

        BufferedImage of(BufferedImage photograph) {
            BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR);
            Graphics2D graphics = image.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            double scale = SIZE / side;
            AffineTransform place = AffineTransform.getScaleInstance(scale, scale);
            place.translate(side / 2 - x, side / 2 - y);
            graphics.drawImage(photograph, place, null);
            graphics.dispose();
            return image;
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("PanPhotographs PHOTOGRAPHS VIDEOS TIMES");
            System.exit(2);
        }
        List<Path> photographs;
        try (Stream<Path> files = Files.walk(Path.of(arguments[0]))) {
            photographs = files.filter(file -> file.toString().matches("(?i).*\\.(jpe?g|png)")).sorted().toList();
        }
        Path videos = Files.createDirectories(Path.of(arguments[1]));
        int each = Integer.parseInt(arguments[2]);
        for (int i = 0; i < photographs.size(); i++) {
            BufferedImage photograph = ImageIO.read(photographs.get(i).toFile());
            if (photograph == null || Math.min(photograph.getWidth(), photograph.getHeight()) < SIZE) {
                System.out.println(photographs.get(i) + " is too small, or of a kind that Java does not read");
                continue;
            }
            for (int pass = 0; pass < each; pass++) {
                String name = "%03d-%d.mp4".formatted(i, pass);
                pass(photograph, new SplittableRandom(31L * i + pass), videos.resolve(name));
            }
            System.out.println(photographs.get(i));
        }
    }

    /** Passes over a photograph once, at an even speed. */
    private static void pass(BufferedImage photograph, SplittableRandom random, Path target) {
        double pixels = Math.exp(random.nextDouble(0, Math.log(3))); // of the photograph for one of the video
        int factor = Math.max(1, (int) pixels);
        BufferedImage source = shrunk(photograph, factor);
        View view = new View(
                random.nextDouble() * source.getWidth(),
                random.nextDouble() * source.getHeight(),
                SIZE * pixels / factor);
        double right = random.nextDouble(-SPEED, SPEED);
        double down = random.nextDouble(-SPEED, SPEED);
        double nearer = Math.exp(random.nextDouble(-SPEED / 2, SPEED / 2));
        try (VideoWriter video = VideoWriter.open(target, FRAMES_PER_SECOND, 1)) {
            for (int frame = 0; frame < FRAMES; frame++) {
                view = view.within(source);
                video.add(view.of(source));
                view = new View(
                        view.x() + right * view.side(), view.y() + down * view.side(), view.side() / nearer);
            }
            video.finish();
        }
    }

    /** Returns a photograph of which each square of pixels has become one, so that hardly anything flickers. */
    private static BufferedImage shrunk(BufferedImage photograph, int factor) {
        int width = photograph.getWidth() / factor;
        int height = photograph.getHeight() / factor;
        BufferedImage smaller = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                smaller.setRGB(x, y, mean(photograph, x * factor, y * factor, factor));
            }
        }
        return smaller;
    }

    private static int mean(BufferedImage image, int left, int top, int side) {
        int[] sums = new int[3];
        for (int y = top; y < top + side; y++) {
            for (int x = left; x < left + side; x++) {
                int colour = image.getRGB(x, y);
                for (int channel = 0; channel < 3; channel++) {
                    sums[channel] += colour >> (16 - 8 * channel) & 0xFF;
                }
            }
        }
        int count = side * side;
        return sums[0] / count << 16 | sums[1] / count << 8 | sums[2] / count;
    }
}
