// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads and writes files of named tensors in the safetensors format, which Python reads too: the length of the header
 * (8 bytes, little end first), a JSON header, then the bytes of every tensor. Element types: F64, F32, F16, BF16, I64,
 * I32, U8 and BOOL. A header may name 100,000 tensors. Files and tensors may be larger than 2 GiB; nothing is held in
 * memory but the tensors themselves.
 */
public final class Safetensors {
    static {
        NativeMemory.allow();
    }

    private static final long MAX_HEADER_BYTES = 100_000_000;
    private static final int CHUNK_BYTES = 1 << 26;

    private Safetensors() {}

    /**
     * The content of a file: its tensors and its metadata.
     *
     * @param tensors by name, in the order they were written; on the CPU, contiguous, without gradient
     * @param metadata free text by key
     */
    public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {}

    /**
     * The description of one tensor in the header of a file.
     *
     * @param dtype element type, such as "F32"
     * @param shape size of each dimension; empty for a scalar
     * @param bytes how many bytes its elements take
     */
    public record Info(String dtype, List<Long> shape, long bytes) {}

    /**
     * The header of a file: what it holds, without the elements of its tensors.
     *
     * @param tensors by name, in the order they were written
     * @param metadata free text by key
     */
    public record Header(Map<String, Info> tensors, Map<String, String> metadata) {}

    /** Returns the bytes of the file that {@link #write} would write for the same arguments. */
    public static long size(Map<String, Tensor> tensors, Map<String, String> metadata) {
        SafetensorsHeader header = SafetensorsHeader.of(tensors, metadata);
        return Long.BYTES + header.encode().length + header.dataBytes();
    }

    /**
     * Writes {@code tensors} to {@code file}, replacing what was there, and returns once it is on the disk. A tensor
     * that is not on the CPU or not contiguous is copied, one at a time. A failure leaves part of a file behind.
     *
     * @throws IOException with the message of the file system, such as a full disk
     * @throws IllegalArgumentException if a tensor is of a type that safetensors has no name for, or the names, shapes
     *     and metadata take more than 100 MB, which {@link #read} refuses
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        SafetensorsHeader header = SafetensorsHeader.of(tensors, metadata);
        byte[] text = header.encode();
        if (text.length > MAX_HEADER_BYTES) {
            throw new IllegalArgumentException("the header of " + file + " would take " + text.length
                    + " bytes, but readers take at most 100 MB: put long metadata into a tensor");
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + text.length).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, start.putLong(text.length).put(text).flip());
            List<Map.Entry<String, Tensor>> inFile = new ArrayList<>(tensors.entrySet());
            inFile.sort(Comparator.comparingLong(e -> begin(header, e.getKey())));
            for (Map.Entry<String, Tensor> item : inFile) {
                writeTensor(channel, item.getValue());
            }
            channel.force(true);
        }
    }

    private static long begin(SafetensorsHeader header, String name) {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        return entry == null ? 0 : entry.begin();
    }

    /**
     * Reads {@code file} after checking that it is whole. The tensors belong to the caller's scope; without one around
     * the call, the caller closes them.
     *
     * @throws UserException if there is no such file, or it is not a safetensors file, is cut short or is damaged
     * @throws IOException if the file system fails
     */
    public static Contents read(Path file) throws IOException {
        PointerScope outer = PointerScope.getInnerScope();
        try (FileChannel channel = open(file);
                PointerScope scope = new PointerScope()) {
            SafetensorsHeader header = header(channel, file);
            long dataStart = channel.size() - header.dataBytes();
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, SafetensorsHeader.Entry> item :
                    header.tensors().entrySet()) {
                channel.position(dataStart + item.getValue().begin());
                tensors.put(item.getKey(), readTensor(channel, item.getKey(), item.getValue(), file));
            }
            for (Tensor tensor : tensors.values()) {
                if (outer != null) {
                    outer.attach(tensor);
                } else {
                    tensor.retainReference();
                }
            }
            return new Contents(Collections.unmodifiableMap(tensors), header.metadata());
        }
    }

    /**
     * Reads only the header of {@code file}, and checks that the file is as long as the header says. Costs next to
     * nothing.
     *
     * @throws UserException as {@link #read}
     * @throws IOException if the file system fails
     */
    public static Header readHeader(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            SafetensorsHeader header = header(channel, file);
            Map<String, Info> tensors = new LinkedHashMap<>();
            header.tensors()
                    .forEach((name, entry) ->
                            tensors.put(name, new Info(entry.dtype().name(), entry.shape(), entry.bytes())));
            return new Header(Collections.unmodifiableMap(tensors), header.metadata());
        }
    }

    private static FileChannel open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UserException(file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static SafetensorsHeader header(FileChannel channel, Path file) throws IOException {
        long fileBytes = channel.size();
        if (fileBytes < Long.BYTES) {
            throw new UserException(file + " is cut short: it has only " + fileBytes + " bytes");
        }
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, start, file);
        long textBytes = start.flip().getLong();
        if (textBytes < 2 || textBytes > MAX_HEADER_BYTES) {
            throw SafetensorsHeader.damaged(
                    file,
                    "its header claims " + Long.toUnsignedString(textBytes) + " bytes, at most 100 MB are allowed");
        }
        long dataBytes = fileBytes - Long.BYTES - textBytes;
        if (dataBytes < 0) {
            throw new UserException(file + " is cut short: its header takes " + textBytes + " bytes, only "
                    + (fileBytes - Long.BYTES) + " are there");
        }
        ByteBuffer text = ByteBuffer.allocate((int) textBytes);
        readFully(channel, text, file);
        return SafetensorsHeader.decode(text.array(), dataBytes, file);
    }

    private static void writeTensor(FileChannel channel, Tensor tensor) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().cpu().contiguous();
            for (ByteBuffer chunk : chunks(plain)) {
                writeFully(channel, chunk);
            }
        }
    }

    private static Tensor readTensor(FileChannel channel, String name, SafetensorsHeader.Entry entry, Path file)
            throws IOException {
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        Tensor tensor = torch.empty(shape, new TensorOptions(entry.dtype().scalarType), new MemoryFormatOptional());
        for (ByteBuffer chunk : chunks(tensor)) {
            readFully(channel, chunk, file);
            if (entry.dtype() == Dtype.BOOL) {
                checkBooleans(chunk.flip(), name, file);
            }
        }
        return tensor;
    }

    /** Refuses bytes other than 0 and 1, which libtorch may take for both true and false. */
    private static void checkBooleans(ByteBuffer chunk, String name, Path file) {
        while (chunk.hasRemaining()) {
            if ((chunk.get() & 0xfe) != 0) {
                throw SafetensorsHeader.damaged(
                        file,
                        "tensor " + SafetensorsHeader.quoted(name) + " of BOOL holds something else than 0 and 1");
            }
        }
    }

    /**
     * Returns buffers over the memory of a contiguous tensor on the CPU; they are valid only as long as the tensor is.
     */
    private static List<ByteBuffer> chunks(Tensor tensor) {
        long bytes = tensor.nbytes();
        List<ByteBuffer> chunks = new ArrayList<>();
        for (long begin = 0; begin < bytes; begin += CHUNK_BYTES) {
            long end = Math.min(bytes, begin + CHUNK_BYTES);
            // Not position(begin).limit(end): asByteBuffer() counts from position 0 and silently stops at 2 GiB.
            BytePointer data = new BytePointer(tensor.data_ptr()).getPointer(begin);
            chunks.add(data.capacity(end - begin).asByteBuffer());
        }
        return chunks;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer bytes, Path file) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new UserException(file + " is cut short: it ended while it was being read");
            }
        }
    }
}
