// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

/**
 * Work to be timed.
 *
 * @param group within which it is compared
 * @param name unique in its group
 * @param numbers in which its large products are computed
 * @param useful multiply-adds that the definition asks for
 * @param done multiply-adds that are computed, masked ones included
 * @param work what is timed; tensors that it makes are freed after it
 */
record Contestant(String group, String name, Numbers numbers, long useful, long done, Runnable work) {}
