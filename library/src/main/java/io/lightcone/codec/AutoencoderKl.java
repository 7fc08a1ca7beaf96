// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.UserException;
import io.lightcone.tensor.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The autoencoder of latent diffusion (arXiv 2112.10752), trained with a small Kullback-Leibler term: that of Stable
 * Diffusion 1, 2 and XL with latents of 4 channels, of Stable Diffusion 3 and FLUX.1 with 16. It is read from a folder
 * in the layout of diffusers. Latents are the mean of the posterior as the network gives it, without the scale and
 * shift that diffusion models apply.
 */
final class AutoencoderKl implements ImageAutoencoder {
    private static final String CONFIG = "config.json";
    /** The name of the file with the weights, if it is one. */
    static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private static final String INDEX = WEIGHTS + ".index.json";

    private final KlNetworks networks;
    private final Parameters weights;

    private AutoencoderKl(KlNetworks networks, Parameters weights) {
        this.networks = networks;
        this.weights = weights;
    }

    /**
     * Reads the sizes of the autoencoder in {@code folder}, without its weights.
     *
     * @throws UserException if there is none, or one that is not supported
     */
    static KlSizes sizes(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + "; an autoencoder in the layout of diffusers is a folder with " + CONFIG + " and " + WEIGHTS);
        }
        return KlSizes.read(folder.resolve(CONFIG));
    }

    /**
     * Reads the autoencoder in {@code folder}, for the caller to close, which computes in {@code type}.
     *
     * @throws UserException if a file is missing or damaged, or is not what the folder's configuration says
     */
    static AutoencoderKl open(Path folder, Device device, ScalarType type) {
        KlSizes sizes = sizes(folder);
        PretrainedWeights files = weights(folder);
        KlNetworks[] networks = new KlNetworks[1];
        Parameters weights = files.load(
                device, type, declared -> networks[0] = KlNetworks.declare(sizes, declared, files.tensors()));
        return new AutoencoderKl(networks[0], weights);
    }

    /**
     * Returns the files of the autoencoder in {@code folder}, in an order that never changes.
     *
     * @throws UserException if one of them is missing
     */
    static List<Path> files(Path folder) {
        sizes(folder);
        PretrainedWeights weights = weights(folder);
        SortedSet<Path> files = new TreeSet<>(weights.files().values());
        files.add(weights.source());
        files.add(folder.resolve(CONFIG));
        return List.copyOf(files);
    }

    private static PretrainedWeights weights(Path folder) {
        Path whole = folder.resolve(WEIGHTS);
        Path index = folder.resolve(INDEX);
        if (Files.exists(whole)) {
            return PretrainedWeights.of(whole);
        }
        if (Files.exists(index)) {
            return PretrainedWeights.indexed(index);
        }
        throw new UserException(folder + " has neither " + WEIGHTS + " nor " + INDEX
                + "; give the file with the weights, such as a variant of half precision, the first of these names");
    }

    @Override
    public Tensor encode(Tensor x_NCHW) {
        return ImageLayer.chain(networks.encoder(), x_NCHW);
    }

    @Override
    public Tensor decode(Tensor z_NCHW) {
        return ImageLayer.chain(networks.decoder(), z_NCHW);
    }

    @Override
    public void close() {
        weights.close();
    }
}
