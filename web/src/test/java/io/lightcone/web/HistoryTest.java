// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final List<Long> closed = new ArrayList<>();
    private final History history = new History();

    private void add(long played, long bytes) {
        Dream.Moment moment = new Dream.Moment() {
            @Override
            public long bytes() {
                return bytes;
            }

            @Override
            public void close() {
                closed.add(played);
            }
        };
        history.add(new History.Past(played, new Scene.Moment(moment, null, 0), null));
    }

    @Test
    void momentsAreWantedTwiceASecond() {
        assertThat(history.wants(0, 20)).isTrue();
        add(0, 1);
        assertThat(history.wants(9, 20)).isFalse();
        assertThat(history.wants(10, 20)).isTrue();
        assertThat(history.wants(1, 1)).isTrue();
    }

    @Test
    void theNewestThatIsOldEnoughIsFoundAndLaterOnesAreForgotten() {
        for (long played = 0; played <= 50; played += 10) {
            add(played, 1);
        }
        assertThat(history.back(35).played()).isEqualTo(30);
        assertThat(closed).containsExactly(50L, 40L);
        assertThat(history.back(-100).played()).isZero();
        assertThat(history.back(5).played()).isZero();
    }

    @Test
    void theOldestAreForgottenWhereThereAreTooMany() {
        for (long played = 0; played < History.MOST + 2; played++) {
            add(played, 1);
        }
        assertThat(closed).containsExactly(0L, 1L);
        history.close();
        assertThat(closed).hasSize(History.MOST + 2);
    }

    @Test
    void theOldestAreForgottenWhereTheyAreTooLargeButNotTheLast() {
        add(0, History.MOST_BYTES / 2);
        add(1, History.MOST_BYTES / 2);
        assertThat(closed).isEmpty();
        add(2, History.MOST_BYTES * 2);
        assertThat(closed).containsExactly(0L, 1L);
        assertThat(history.back(2).played()).isEqualTo(2);
    }
}
