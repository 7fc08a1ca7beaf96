// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

/**
 * Where a checkpoint comes from.
 *
 * @param version of Lightcone
 * @param command as it was typed
 * @param dataFingerprint tells one set of training data from another
 * @param created when, in ISO 8601
 */
public record Provenance(String version, String command, String dataFingerprint, String created) {}
