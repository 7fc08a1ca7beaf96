// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.Grid;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Cases;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class TokenPoolingTest {
    private static final Offset<Double> TINY = Offset.offset(1e-12);

    @Test
    void poolingAveragesTheTokensThatAreReallyThere() {
        Cases.check(60, draw -> {
            int height = draw.between("height", 1, 7);
            int width = draw.between("width", 1, 7);
            int r = draw.between("r", 1, 4);
            Grid grid = new Grid(2, height, width);
            Scopes.run(() -> {
                Tensor x = random(1, 2, 2, grid.tokensPerFrame(), 3);
                double[] tokens = Tensors.doubles(x);
                double[] cells = Tensors.doubles(TokenPooling.average(x, grid, r));
                Grid pooled = grid.pooled(r);
                int at = 0;
                for (int clipFrame = 0; clipFrame < 4; clipFrame++) {
                    for (int row = 0; row < pooled.height(); row++) {
                        for (int column = 0; column < pooled.width(); column++) {
                            for (int c = 0; c < 3; c++) {
                                double sum = 0;
                                int members = 0;
                                for (int y = row * r; y < Math.min(height, row * r + r); y++) {
                                    for (int z = column * r; z < Math.min(width, column * r + r); z++) {
                                        sum += tokens[((clipFrame * height + y) * width + z) * 3 + c];
                                        members++;
                                    }
                                }
                                assertThat(cells[at++]).isCloseTo(sum / members, TINY);
                            }
                        }
                    }
                }
                assertThat(at).isEqualTo(cells.length);
            });
        });
    }

    @Test
    void averagingUndoesRepeating() {
        Cases.check(60, draw -> {
            int height = draw.between("height", 1, 7);
            int width = draw.between("width", 1, 7);
            int r = draw.between("r", 1, 4);
            Grid grid = new Grid(2, height, width);
            Scopes.run(() -> {
                Tensor cells = random(2, 2, 2, grid.pooled(r).tokensPerFrame(), 3);
                Tensor back = TokenPooling.average(TokenPooling.repeat(cells, grid, r), grid, r);
                assertThat(Tensors.doubles(back)).containsExactly(Tensors.doubles(cells), TINY);
            });
        });
    }

    @Test
    void repeatingIsTheTransposeOfAveragingUpToTheSizeOfACell() {
        Grid grid = new Grid(1, 6, 4);
        Scopes.run(() -> {
            Tensor x = random(3, 1, 1, grid.tokensPerFrame(), 2);
            Tensor y = random(4, 1, 1, grid.pooled(2).tokensPerFrame(), 2);
            double left = TokenPooling.average(x, grid, 2).mul(y).sum().item_double();
            double right = TokenPooling.repeat(y, grid, 2).mul(x).sum().item_double();
            assertThat(4 * left).isCloseTo(right, TINY);
        });
    }

    @Test
    void poolingMixesNoFrames() {
        Grid grid = new Grid(3, 4, 4);
        Scopes.run(() -> {
            Tensor x = random(5, 1, 3, 16, 2);
            Tensor changed = x.clone();
            changed.narrow(1, 1, 1).fill_(new Scalar(7.0));
            Tensor before = TokenPooling.average(x, grid, 2);
            Tensor after = TokenPooling.average(changed, grid, 2);
            assertThat(torch.equal(before.narrow(1, 0, 1), after.narrow(1, 0, 1)))
                    .isTrue();
            assertThat(torch.equal(before.narrow(1, 2, 1), after.narrow(1, 2, 1)))
                    .isTrue();
            assertThat(torch.equal(before, after)).isFalse();
        });
    }

    @Test
    void projectingCommutesWithAveraging() {
        Grid grid = new Grid(1, 5, 3);
        Scopes.run(() -> {
            Tensor x = random(6, 2, 1, 15, 4);
            Tensor weight = random(7, 6, 4);
            Tensor bias = random(8, 6);
            var optional = new org.bytedeco.pytorch.TensorOptional(bias);
            Tensor first = torch.linear(TokenPooling.average(x, grid, 2), weight, optional);
            Tensor second = TokenPooling.average(torch.linear(x, weight, optional), grid, 2);
            assertThat(Tensors.doubles(first)).containsExactly(Tensors.doubles(second), TINY);
        });
    }

    @Test
    void averagingDividesTheVarianceOfNoise() {
        Grid grid = new Grid(1, 256, 256);
        Scopes.run(() -> {
            Tensor noise = random(9, 1, 1, grid.tokensPerFrame(), 4);
            for (int r : new int[] {2, 4}) {
                double variance =
                        TokenPooling.average(noise, grid, r).square().mean().item_double();
                assertThat(variance * r * r).isCloseTo(1.0, Offset.offset(0.03));
            }
        });
    }

    private static Tensor random(int seed, long... shape) {
        return new RandomStreams(seed).tensors("test", 0, 0).normal(shape).to(ScalarType.Double);
    }
}
