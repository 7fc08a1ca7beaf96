// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.Version;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A codec that keeps latents on the disk, as long as its store takes them ({@link LatentStore}), and finds them again
 * by the pixels that they come from. So it does not matter where clips come from, or what was done to them on the way:
 * the same pixels have the same latents, bit for bit, and others have others. A codec that encodes each picture by
 * itself keeps them picture by picture, whatever clips these stand in; others keep whole clips, since latents depend on
 * where a clip begins. Each such part is encoded by itself, whether others are kept or not, so a run does not depend on
 * what was kept before it.
 *
 * <p>Hashing pixels costs a thousandth of encoding them. It owns the codec that encodes. Several threads may use it.
 *
 * <p>Shapes: B clips, T latent frames, C latent channels, H W latent rows and columns.
 */
final class CachedCodec implements Codec {
    private static final String FOLDER = "latents";
    /** To be raised when any codec of this library comes to encode otherwise: what was kept is then left alone. */
    private static final int FORMAT = 1;

    private final Codec codec;
    private final Precision type;
    private final Path folder;
    private final Device device;
    /** The stores by their names; one that cannot be opened is null. */
    private final Map<String, @Nullable LatentStore> stores = new HashMap<>();

    /**
     * Creates a codec that keeps its latents.
     *
     * @param codec encodes what is not known yet; this codec owns it
     * @param type that it computes in
     * @param cache folder of all that can be made again
     * @param device of the latents
     */
    CachedCodec(Codec codec, Precision type, Path cache, Device device) {
        this.codec = codec;
        this.type = type;
        this.folder = cache.resolve(FOLDER);
        this.device = device;
    }

    @Override
    public LatentLayout layout() {
        return codec.layout();
    }

    @Override
    public double range() {
        return codec.range();
    }

    @Override
    public String identity() {
        return codec.identity();
    }

    @Override
    public int reach() {
        return codec.reach();
    }

    @Override
    public StreamingDecoder decoder() {
        return codec.decoder();
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        Clip first = clips.get(0);
        int unit = codec.isFramewise() ? 1 : first.frames();
        int[] shape = shape(first, unit);
        LatentStore store = store(first, unit, shape);
        return Scopes.withoutGrad(() -> {
            List<Tensor> latents = new ArrayList<>();
            for (Clip clip : clips) {
                latents.add(encode(clip, unit, shape, store));
            }
            return Tensors.cat(0, latents.toArray(Tensor[]::new)).to(device, Tensors.type(latents.get(0)));
        });
    }

    /** Returns the sizes T, C, H, W of the latents of {@code unit} pictures. */
    private int[] shape(Clip clip, int unit) {
        LatentLayout layout = codec.layout();
        return new int[] {layout.frames(unit), layout.channels(), layout.side(clip.height()), layout.side(clip.width())
        };
    }

    /** Returns the latents of one clip, of which each part that is not kept is encoded by itself. */
    private Tensor encode(Clip clip, int unit, int[] shape, @Nullable LatentStore store) {
        Tensor[] parts = new Tensor[clip.frames() / unit];
        for (int i = 0; i < parts.length; i++) {
            LatentStore.Key key = key(clip, i * unit, unit);
            float[] latents = store == null ? null : store.find(key);
            if (latents == null) {
                Clip part = parts.length == 1 ? clip : clip.slice(i * unit, unit);
                latents = Scopes.within(() -> Tensors.floats(codec.encode(List.of(part))));
                if (store != null) {
                    store.add(key, latents);
                }
            }
            parts[i] = Tensors.of(latents, 1, shape[0], shape[1], shape[2], shape[3]);
        }
        return Tensors.cat(1, parts);
    }

    private static LatentStore.Key key(Clip clip, int from, int count) {
        MessageDigest digest = Checksum.sha256();
        digest.update(clip.pixels(), from * clip.frameBytes(), count * clip.frameBytes());
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new LatentStore.Key(hash.getLong(), hash.getLong());
    }

    private synchronized @Nullable LatentStore store(Clip clip, int unit, int[] shape) {
        String all = FORMAT + " " + Version.current() + " " + codec.identity() + " on "
                + device.str().getString() + (type == Precision.FLOAT32 ? "" : " in " + type)
                + ", " + unit + " pictures of " + clip.width() + "x" + clip.height() + "x"
                + clip.channels();
        byte[] hash = Checksum.sha256().digest(all.getBytes(StandardCharsets.UTF_8));
        String name = HexFormat.of().formatHex(Arrays.copyOf(hash, Checksum.DIGITS / 2));
        if (!stores.containsKey(name)) {
            int numbers =
                    Math.multiplyExact(Math.multiplyExact(shape[0], shape[1]), Math.multiplyExact(shape[2], shape[3]));
            stores.put(name, open(name, numbers));
        }
        return stores.get(name);
    }

    private @Nullable LatentStore open(String name, int numbers) {
        try {
            return LatentStore.open(folder, name, numbers);
        } catch (IOException | RuntimeException e) {
            return null; // without a place to keep latents they are encoded each time
        }
    }

    @Override
    public void close() {
        try (ResourceStack owned = new ResourceStack()) {
            owned.add(codec);
            stores.values().stream().filter(store -> store != null).forEach(owned::add);
        }
    }
}
