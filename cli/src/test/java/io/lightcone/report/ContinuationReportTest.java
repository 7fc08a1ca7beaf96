// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.diffusion.Prediction;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.experiment.SampledContinuations;
import io.lightcone.report.ContinuationReport.Origin;
import io.lightcone.report.LossPlot.Point;
import io.lightcone.run.ClipGrid;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContinuationReportTest {
    private static final Clip CLIP = new Clip("clip", 3, 16, 16, 1, new byte[3 * 256]);
    private static final ContinuationReport REPORT = new ContinuationReport(new SampledContinuations(
            new Score(List.of(21.0, 19.0), List.of(18.0, 16.0)),
            64,
            new ClipGrid(List.of(List.of(CLIP), List.of(CLIP)), 1)));
    private static final List<Point> LOSS = List.of(new Point(1, 1), new Point(2, 0.5), new Point(3, Double.NaN));

    @Test
    void thePageShowsWhatIsBesideIt(@TempDir Path folder) throws IOException {
        Path page =
                REPORT.write(folder, 10, LOSS, List.of(), new Origin("msc-demo", Prediction.X0, 7, "run/config.yaml"));
        assertThat(folder.resolve("sample.mp4")).isNotEmptyFile();
        assertThat(folder.resolve("sample.gif")).isNotEmptyFile();
        assertThat(folder.resolve("loss.png")).isNotEmptyFile();
        assertThat(Files.readString(page))
                .contains("20.00 dB PSNR over 2 frames", "repeating the last given frame: 17.00 dB")
                .contains("<td>2</td><td>19.00</td><td>16.00</td>")
                .contains("Preset msc-demo, seed 7", "<a href=\"run/config.yaml\">", "with 1 different");
    }

    @Test
    void namesFromOutsideAreTextInThePage() {
        assertThat(REPORT.html(new Origin("<script>alert('1')</script>", Prediction.V, 0, "a\"b&c")))
                .contains("Preset &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;, seed 0", "href=\"a&quot;b&amp;c\"")
                .doesNotContain("<script>");
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed(@TempDir Path folder) throws IOException {
        Path nowhere = folder.resolve("missing/loss.png");
        assertThatThrownBy(() -> LossPlot.write(nowhere, Prediction.V, LOSS, LOSS))
                .isInstanceOf(UserException.class)
                .hasMessage(nowhere + " cannot be written: its folder does not exist");
        Path taken = Files.createDirectories(folder.resolve("taken.png"));
        assertThatThrownBy(() -> LossPlot.write(taken, Prediction.V, LOSS, LOSS))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(taken + " cannot be written: ");
    }

    @ParameterizedTest
    @CsvSource({"X0, the clean frame", "EPSILON, the noise", "V, v", "VELOCITY, the velocity"})
    void theLossIsThatOfWhatIsPredicted(Prediction predicted, String name) {
        assertThat(LossPlot.chart(predicted, LOSS, LOSS).getYAxisTitle()).isEqualTo("mean squared error of " + name);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0.5, 0.5", "0.30000000000000004, 0.3", "0.02, 0.02", "10, 10", "0.4, ''", "0.09, ''", "7, ''"})
    void theScaleIsLabelledWithinADecadeToo(double loss, String label) {
        assertThat(LossPlot.chart(Prediction.V, LOSS, LOSS).getStyler().isYAxisLogarithmicDecadeOnly())
                .isFalse();
        assertThat(LossPlot.label(loss).strip()).isEqualTo(label);
    }

    @Test
    void fontsAreTriedBeforehand() {
        assertThatCode(LossPlot::requireFonts).doesNotThrowAnyException();
        assertThatThrownBy(() -> LossPlot.requireFonts(() -> {
                    throw new InternalError("Fontconfig head is null");
                }))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no fonts")
                .hasMessageContaining("fontconfig");
    }
}
