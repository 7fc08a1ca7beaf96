// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.UserException;
import io.lightcone.testing.Cases;
import io.lightcone.testing.Draw;
import io.lightcone.testing.NativeObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    private static final Map<String, String> NO_METADATA = Map.of();

    record Sample(String name, Dtype dtype, List<Long> shape) {}

    private FileSystem memory;
    private PointerScope scope;

    @BeforeEach
    void open() {
        memory = Jimfs.newFileSystem(Configuration.unix());
        scope = new PointerScope();
    }

    @AfterEach
    void close() throws IOException {
        scope.close();
        memory.close();
    }

    /** Draws up to six tensors with names that differ. */
    private static List<Sample> samples(Draw draw) {
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (String name : draw.list(0, 6, () -> draw.text(12))) {
            List<Long> shape = draw.list(0, 4, () -> (long) draw.between(0, 5));
            samples.put(name, new Sample(name, draw.of(Dtype.class), shape));
        }
        return List.copyOf(samples.values());
    }

    @Test
    void tensorsThatAreWrittenAreReadBack() {
        Cases.check(200, draw -> {
            List<Sample> samples = draw.show("samples", samples(draw));
            long seed = draw.show("seed", draw.anyLong());
            try (FileSystem files = Jimfs.newFileSystem(Configuration.unix());
                    PointerScope tensors = new PointerScope()) {
                torch.manual_seed(seed);
                Map<String, Tensor> written = new LinkedHashMap<>();
                samples.forEach(s -> written.put(s.name(), random(s.dtype().scalarType, s.shape())));
                Map<String, String> metadata = Map.of("format", "pt", "a \"key\"\n", "ü \uD83D\uDE00");
                Path file = files.getPath("t.safetensors");

                Safetensors.write(file, written, metadata);

                assertThat(Files.size(file)).isEqualTo(Safetensors.size(written, metadata));
                Safetensors.Contents read = Safetensors.read(file);
                assertThat(read.metadata()).isEqualTo(metadata);
                assertThat(List.copyOf(read.tensors().keySet())).isEqualTo(List.copyOf(written.keySet()));
                written.forEach((name, tensor) -> assertSame(tensor, tensor(read, name)));
                assertAligned(Files.readAllBytes(file));
            }
        });
    }

    private static Tensor random(ScalarType type, List<Long> shape) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        return torch.rand(sizes).mul(new Scalar(3)).to(type);
    }

    private static Tensor tensor(Safetensors.Contents contents, String name) {
        return Objects.requireNonNull(contents.tensors().get(name), name);
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertThat(actual.scalar_type().intern())
                .isEqualTo(expected.scalar_type().intern());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.equal(expected)).isTrue();
    }

    /** Asserts that the data start at a multiple of 8, as the format asks. */
    private static void assertAligned(byte[] file) {
        long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        assertThat(file[8]).isEqualTo((byte) '{');
    }

    @Test
    void theBytesAreTheFormat() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("flag", torch.ones(1).to(ScalarType.Bool));
        tensors.put("w", Tensor.create(new float[] {1.5f, -2f}, 2, 1));
        Path file = memory.getPath("t.safetensors");
        Safetensors.write(file, tensors, Map.of("step", "7"));

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) bytes.getLong()];
        bytes.get(header);
        assertThat(new String(header, UTF_8).strip())
                .isEqualTo("{\"__metadata__\":{\"step\":\"7\"},"
                        + "\"flag\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[8,9]},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}");
        assertThat(bytes.getFloat()).isEqualTo(1.5f);
        assertThat(bytes.getFloat()).isEqualTo(-2f);
        assertThat(bytes.get()).isEqualTo((byte) 1);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void aViewIsWrittenAsItsOwnElements() throws IOException {
        Tensor view = torch.rand(4, 6).t().narrow(0, 1, 3).requires_grad_(true);
        Path file = memory.getPath("t.safetensors");
        Safetensors.write(file, Map.of("v", view), NO_METADATA);
        Tensor read = tensor(Safetensors.read(file), "v");
        assertSame(view.detach(), read);
        assertThat(read.requires_grad()).isFalse();
        assertThat(Files.size(file) % 4).isZero();
    }

    @Test
    void theHeaderAloneListsTheTensors() throws IOException {
        Path file = memory.getPath("t.safetensors");
        Safetensors.write(file, Map.of("v", torch.rand(2, 3)), Map.of("k", "v"));
        assertThat(Safetensors.readHeader(file))
                .isEqualTo(new Safetensors.Header(
                        Map.of("v", new Safetensors.Info("F32", List.of(2L, 3L), 24)), Map.of("k", "v")));
    }

    @Test
    void tensorsBelongToTheCallersScope() throws IOException {
        Path file = memory.getPath("t.safetensors");
        Safetensors.write(file, Map.of("v", torch.rand(2, 3)), NO_METADATA);
        Tensor escaped;
        try (PointerScope inner = new PointerScope()) {
            escaped = tensor(Safetensors.read(file), "v");
            assertThat(escaped.isNull()).isFalse();
        }
        assertThat(escaped.isNull()).isTrue();
    }

    @Test
    void readingAndWritingLeavesNothingBehind() {
        Path file = memory.getPath("t.safetensors");
        Tensor tensor = torch.rand(100);
        long left = NativeObjects.leftBy(10, 50, () -> {
            try (PointerScope inner = new PointerScope()) {
                Safetensors.write(file, Map.of("v", tensor), NO_METADATA);
                Safetensors.read(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(left).isZero();
    }

    @Test
    void aTypeThatSafetensorsLacksIsRefused() {
        Tensor complex = torch.rand(2).to(ScalarType.ComplexFloat);
        assertThatThrownBy(() -> Safetensors.write(memory.getPath("t"), Map.of("c", complex), NO_METADATA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensor c is of type ComplexFloat");
    }

    /** What {@link Safetensors#read} would refuse is not written, and what is there stays. */
    @Test
    void aHeaderTooLongToReadIsNotWritten() throws IOException {
        Path file = memory.getPath("t.safetensors");
        Safetensors.write(file, Map.of("v", torch.rand(2)), NO_METADATA);
        byte[] before = Files.readAllBytes(file);
        String text = "x".repeat(100_000_000);
        assertThatThrownBy(() -> Safetensors.write(file, Map.of(), Map.of("text", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the header of " + file + " would take 100000")
                .hasMessageEndingWith("put long metadata into a tensor");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aFullDiskIsAnIoException() throws IOException {
        try (FileSystem small = Jimfs.newFileSystem(
                Configuration.unix().toBuilder().setMaxSize(1 << 16).build())) {
            assertThatThrownBy(
                            () -> Safetensors.write(small.getPath("t"), Map.of("v", torch.rand(1 << 16)), NO_METADATA))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("space");
        }
    }

    @Test
    void damageToAFileIsNamedInTheMessage() throws IOException {
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7, "is cut short");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9, "1 bytes follow");
        assertRefused("{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "unknown dtype \"F99\"");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "does not fit its shape");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "no valid shape");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", 8, "no valid shape");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "no valid data_offsets");
        assertRefused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", 16, "leaves a gap");
        assertRefused(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]}}", 0, "not fit");
        assertRefused(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
                3,
                "'b' overlaps another");
        assertRefused(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                0,
                "tensor 'a' is there twice");
        assertRefused("{} x", 0, "header is not JSON");
        assertRefused("[1]", 0, "not a JSON object");
        assertRefused("{\"__metadata__\":{\"a\":1}}", 0, "metadata 'a' is not text");
        assertRefused("{\"__metadata__\":[]}", 0, "metadata is not a JSON object");
        assertRefused("{\"__metadata__\":3}", 0, "metadata is not a JSON object");
        assertRefused("{\"a\":{\"x\":" + "[".repeat(5000), 0, "header is not JSON");
        assertRefused("{\"a\":[]}", 0, "tensor 'a' is not described by a JSON object");
        assertRefused("{\"a\":{\"dtype\":8}}", 0, "unknown dtype");
        assertRefused("{\"a\":{\"shape\":[0],\"shape\":[0]}}", 0, "two values of shape");
        assertRefused("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "metadata 'a' is there twice");
    }

    private void assertRefused(String header, int dataBytes, String message) throws IOException {
        byte[] text = header.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        Path file = memory.getPath("x.safetensors");
        Files.write(file, bytes.putLong(text.length).put(text).array());
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("x.safetensors is ")
                .hasMessageContaining(message);
    }

    @Test
    void aHeaderLengthIsNotBelieved() throws IOException {
        Path file = memory.getPath("x.safetensors");
        for (long length : new long[] {-1, 0, Long.MAX_VALUE, Long.MIN_VALUE, 100_000_001, 50_000_000}) {
            Files.write(
                    file,
                    ByteBuffer.allocate(16)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .array());
            assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(UserException.class);
        }
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> Safetensors.read(file)).hasMessage("x.safetensors is cut short: it has only 3 bytes");
        Files.delete(file);
        assertThatThrownBy(() -> Safetensors.read(file)).hasMessage("x.safetensors does not exist");
    }

    @Test
    void noDamageDoesWorseThanAUserException() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Dtype dtype : Dtype.values()) {
            tensors.put(dtype.name().toLowerCase(Locale.ROOT), random(dtype.scalarType, List.of(2L, 3L)));
        }
        tensors.put("scalar", torch.rand(new long[0]));
        tensors.put("none", torch.rand(0, 3));
        Path file = memory.getPath("fuzz.safetensors");
        Safetensors.write(file, tensors, Map.of("k", "v"));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            Files.write(file, damage(whole, random));
            try (PointerScope inner = new PointerScope()) {
                Safetensors.read(file)
                        .tensors()
                        .values()
                        .forEach(t -> assertThat(t.defined()).isTrue());
            } catch (UserException e) {
                refused++;
                assertThat(e).hasMessageStartingWith("fuzz.safetensors is ");
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
        assertThat(refused).isGreaterThan(2000);
    }

    private static byte[] damage(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int kind = random.nextInt(4);
        if (kind == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        if (kind == 1) {
            return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
        }
        int flips = kind == 2 ? 1 : 1 + random.nextInt(20);
        for (int i = 0; i < flips; i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    /** A tensor of more than 2 GiB is written and read; this needs 2.2 GB of memory and of disk. */
    @Tag("slow")
    @Test
    void aTensorMayBeLargerThanTwoGigabytes(@TempDir Path folder) throws IOException {
        long size = (1L << 31) + 12_345;
        Path file = folder.resolve("large.safetensors");
        Tensor large = torch.empty(new long[] {size}, new TensorOptions(ScalarType.Byte), new MemoryFormatOptional())
                .zero_();
        large.narrow(0, size - 3, 3).fill_(new Scalar(7));
        Safetensors.write(file, Map.of("large", large), NO_METADATA);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate(4);
            channel.read(end, channel.size() - 4);
            assertThat(end.array()).containsExactly(0, 7, 7, 7);
        }
        Tensor read = tensor(Safetensors.read(file), "large");
        assertThat(read.equal(large)).isTrue();
    }
}
