// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * Lightcone is causal video diffusion for the JVM. This root package holds only what every other package may know: how
 * errors that a user caused are reported ({@link io.lightcone.UserException}, {@link io.lightcone.FileTrouble},
 * {@link io.lightcone.TextFormat}), how files are written so that nothing is lost ({@link io.lightcone.DurableFiles},
 * {@link io.lightcone.Png}), where a path leads ({@link io.lightcone.RealPaths}), where files can be kept that can be
 * made again ({@link io.lightcone.UserFolders}), how records are copied with other values
 * ({@link io.lightcone.RecordCopy}), how much native memory there may be ({@link io.lightcone.NativeMemory}), and which
 * version this is ({@link io.lightcone.Version}).
 */
@NullMarked
package io.lightcone;

import org.jspecify.annotations.NullMarked;
