// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Converts between Java arrays and tensors; every resulting tensor belongs to the caller's scope. */
public final class Tensors {
    static {
        NativeMemory.allow();
    }

    private static final double GOLDEN_RATIO = 0.6180339887498949;

    /** After how many scattered numbers the same ones come again; a prime, so that no shape is in step with it. */
    private static final double PERIOD = 1_048_573;

    private Tensors() {}

    /** Returns the options of a new tensor of {@code type} on {@code device}. */
    public static TensorOptions options(ScalarType type, Device device) {
        return new TensorOptions()
                .dtype(new ScalarTypeOptional(type))
                .device(new DeviceOptional(device))
                .requires_grad(new BoolOptional(false));
    }

    /** Returns the type of {@code tensor}; unlike {@code scalar_type()} it may be compared with {@code ==}. */
    public static ScalarType type(Tensor tensor) {
        return tensor.scalar_type().intern();
    }

    /** Returns a float32 tensor on the CPU with a copy of {@code values}. */
    public static Tensor of(float[] values, long... shape) {
        try (FloatPointer data = new FloatPointer(values)) {
            return copy(data, ScalarType.Float, shape);
        }
    }

    /** Returns a float64 tensor on the CPU with a copy of {@code values}. */
    public static Tensor of(double[] values, long... shape) {
        try (DoublePointer data = new DoublePointer(values)) {
            return copy(data, ScalarType.Double, shape);
        }
    }

    /** Returns an int64 tensor on the CPU with a copy of {@code values}. */
    public static Tensor of(long[] values, long... shape) {
        try (LongPointer data = new LongPointer(values)) {
            return copy(data, ScalarType.Long, shape);
        }
    }

    /** Returns an unsigned byte tensor on the CPU with a copy of {@code values}. */
    public static Tensor of(byte[] values, long... shape) {
        try (BytePointer data = new BytePointer(values)) {
            return copy(data, ScalarType.Byte, shape);
        }
    }

    private static Tensor copy(Pointer data, ScalarType type, long... shape) {
        try (Tensor borrowed = torch.from_blob(data, shape, new TensorOptions(type))) {
            return borrowed.clone();
        }
    }

    /**
     * Returns numbers from -0.5 to 0.5 without a pattern that rows or channels could share, in float64 on the CPU: the
     * fractional parts of the golden ratio times the squares of 1, 2, 3 and so on, again from the start after a million
     * of them, beyond which squares are too large to have such parts. They are always the same and draw from no random
     * stream.
     */
    static Tensor scattered(long... shape) {
        long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return torch.arange(new Scalar(1.0), new Scalar(count + 1.0), options(ScalarType.Double, new Device("cpu")))
                .remainder_(new Scalar(PERIOD))
                .square_()
                .mul_(new Scalar(GOLDEN_RATIO))
                .frac_()
                .sub_(new Scalar(0.5))
                .view(shape);
    }

    /** Returns the values of {@code tensor} in row-major order, as float. */
    public static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        read(tensor, ScalarType.Float, bytes -> bytes.asFloatBuffer().get(values));
        return values;
    }

    /** Returns the values of {@code tensor} in row-major order, as double. */
    public static double[] doubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        read(tensor, ScalarType.Double, bytes -> bytes.asDoubleBuffer().get(values));
        return values;
    }

    /** Returns the values of {@code tensor} in row-major order, as whole numbers. */
    public static long[] longs(Tensor tensor) {
        long[] values = new long[Math.toIntExact(tensor.numel())];
        read(tensor, ScalarType.Long, bytes -> bytes.asLongBuffer().get(values));
        return values;
    }

    /** Returns the values of {@code tensor} in row-major order, as unsigned bytes; they must lie in 0 to 255. */
    public static byte[] bytes(Tensor tensor) {
        byte[] values = new byte[Math.toIntExact(tensor.numel())];
        read(tensor, ScalarType.Byte, bytes -> bytes.get(values));
        return values;
    }

    /**
     * Passes the values to {@code reader} as they lie in memory; it is not called for an empty tensor, which has no
     * memory.
     */
    private static void read(Tensor tensor, ScalarType type, Consumer<ByteBuffer> reader) {
        if (tensor.numel() == 0) {
            return;
        }
        Scopes.run(() -> {
            Tensor plain = tensor.detach().to(new Device("cpu"), type).contiguous();
            BytePointer data = new BytePointer(plain.data_ptr()).capacity(plain.nbytes());
            reader.accept(data.asByteBuffer().order(ByteOrder.nativeOrder()));
        });
    }

    /** Returns whether all values of {@code tensor} are finite numbers. Waits until they are known. */
    public static boolean isFinite(Tensor tensor) {
        boolean[] finite = new boolean[1];
        Scopes.runWithoutGrad(() -> finite[0] = torch.isfinite(tensor).all().item_bool());
        return finite[0];
    }

    /** Concatenates tensors along {@code dim}. */
    public static Tensor cat(long dim, Tensor... parts) {
        return torch.cat(new TensorVector(parts), dim);
    }
}
