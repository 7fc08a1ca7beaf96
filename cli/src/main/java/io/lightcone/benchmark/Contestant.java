// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

/**
 * A piece of work that a benchmark times against others.
 *
 * @param group name of the group within which it is compared
 * @param name its name, unique in its group
 * @param precision type in which its large products are computed
 * @param useful multiply-adds that the definition asks for
 * @param done multiply-adds that are computed, masked ones included
 * @param work what is timed; tensors that it creates are freed after it
 */
record Contestant(String group, String name, MatmulPrecision precision, long useful, long done, Runnable work) {}
