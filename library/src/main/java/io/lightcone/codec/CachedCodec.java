// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

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
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A codec that encodes nothing twice: it keeps latents on the disk, and finds them again by the pixels that they come
 * from. So it does not matter where clips come from, or what was done to them on the way: the same pixels have the same
 * latents, bit for bit, and others have others. A codec that encodes each picture by itself keeps them picture by
 * picture, whatever clips these stand in; others keep whole clips, since latents depend on where a clip begins.
 *
 * <p>Hashing pixels costs a thousandth of encoding them. It owns the codec that encodes. Several threads may use it.
 *
 * <p>Shapes: B clips, T latent frames, C latent channels, H W latent rows and columns.
 */
public final class CachedCodec implements Codec {
    private static final String FOLDER = "latents";

    private final Codec codec;
    private final Path folder;
    private final Device device;
    /** The stores by their names; one that cannot be opened is null. */
    private final Map<String, @Nullable LatentStore> stores = new HashMap<>();

    /**
     * Creates a codec that keeps its latents.
     *
     * @param codec encodes what is not known yet; this codec owns it
     * @param cache folder of all that can be made again
     * @param device of the latents
     */
    public CachedCodec(Codec codec, Path cache, Device device) {
        this.codec = codec;
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
    public boolean isFramewise() {
        return codec.isFramewise();
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
        if (store == null) {
            return codec.encode(clips);
        }
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

    /** Returns the latents of one clip, of which the parts that are not kept are encoded together. */
    private Tensor encode(Clip clip, int unit, int[] shape, LatentStore store) {
        Map<LatentStore.Key, float[]> known = new HashMap<>();
        List<LatentStore.Key> parts = new ArrayList<>();
        Map<LatentStore.Key, Integer> missing = new LinkedHashMap<>();
        for (int from = 0; from < clip.frames(); from += unit) {
            LatentStore.Key key = key(clip, from, unit);
            parts.add(key);
            float[] kept = store.find(key);
            if (kept == null) {
                missing.putIfAbsent(key, from);
            } else {
                known.put(key, kept);
            }
        }
        if (!missing.isEmpty()) {
            Iterator<float[]> encoded =
                    encodeParts(clip, missing.values(), unit).iterator();
            for (LatentStore.Key key : missing.keySet()) {
                float[] latents = encoded.next();
                store.add(key, latents);
                known.put(key, latents);
            }
        }
        Tensor[] latents = parts.stream()
                .map(key ->
                        Tensors.of(Objects.requireNonNull(known.get(key)), 1, shape[0], shape[1], shape[2], shape[3]))
                .toArray(Tensor[]::new);
        return Tensors.cat(1, latents);
    }

    /** Encodes the parts of a clip that begin with the pictures {@code starts}: all of it, or single pictures. */
    private List<float[]> encodeParts(Clip clip, Collection<Integer> starts, int unit) {
        int bytes = unit * clip.frameBytes();
        byte[] pixels = new byte[starts.size() * bytes];
        int at = 0;
        for (int start : starts) {
            System.arraycopy(clip.pixels(), start * clip.frameBytes(), pixels, at, bytes);
            at += bytes;
        }
        Clip parts = new Clip(clip.name(), starts.size() * unit, clip.height(), clip.width(), clip.channels(), pixels);
        float[] all = Scopes.within(() -> Tensors.floats(codec.encode(List.of(parts))));
        int numbers = all.length / starts.size();
        return IntStream.range(0, starts.size())
                .mapToObj(i -> Arrays.copyOfRange(all, i * numbers, (i + 1) * numbers))
                .toList();
    }

    private static LatentStore.Key key(Clip clip, int from, int count) {
        MessageDigest digest = Checksum.sha256();
        digest.update(clip.pixels(), from * clip.frameBytes(), count * clip.frameBytes());
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new LatentStore.Key(hash.getLong(), hash.getLong());
    }

    private synchronized @Nullable LatentStore store(Clip clip, int unit, int[] shape) {
        String all = codec.identity() + " on " + device.str().getString() + ", " + unit + " pictures of " + clip.width()
                + "x" + clip.height() + "x" + clip.channels();
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
