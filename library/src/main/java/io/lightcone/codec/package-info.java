// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * The codecs between pictures and what the diffusion runs on: {@link io.lightcone.codec.Codec} and its kinds, of which
 * pixels, scaled to [-1, 1], are one. A latent frame may stand for several pictures. A {@link
 * io.lightcone.codec.CodecConfig} chooses a kind and opens it; libraries on the class path may add kinds. The package
 * knows clips, tensors and how configurations are read, but neither models nor noise.
 */
@NullMarked
package io.lightcone.codec;

import org.jspecify.annotations.NullMarked;
