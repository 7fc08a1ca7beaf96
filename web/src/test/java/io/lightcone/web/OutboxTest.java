// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.web.ServerMessages.State;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Outbox outbox = new Outbox();

    private static FrameMessage frame(long number) {
        return new FrameMessage(number, 0, 0, 1, 1, 1, List.of(new byte[1]));
    }

    @Test
    void textsWaitInTurnAndTheNewestOfAKindIsKept() {
        ServerMessages.Text error = ServerMessages.error("no");
        ServerMessages.Text paused = ServerMessages.status(State.PAUSED, "");
        outbox.tell(ServerMessages.status(State.PLAYING, ""));
        outbox.tell(error);
        outbox.tell(paused);
        assertThat(outbox.takeText()).isEqualTo(error);
        assertThat(outbox.takeText()).isEqualTo(paused);
        assertThat(outbox.takeText()).isNull();
    }

    @Test
    void whoJoinsIsNotToldAnOldStatusAfterANewOne() {
        ServerMessages.Text loading = ServerMessages.status(State.LOADING, "");
        ServerMessages.Text playing = ServerMessages.status(State.PLAYING, "");
        outbox.tell(ServerMessages.waiting(1)); // while it waited for a session
        assertThat(outbox.takeText()).isNotNull();
        outbox.joined();
        outbox.tell(playing); // by the thread of the session, while the viewer joins
        outbox.catchUp(loading);
        assertThat(outbox.takeText()).isEqualTo(playing);
        assertThat(outbox.takeText()).isNull();
        outbox.catchUp(loading); // though the new one has been sent
        assertThat(outbox.takeText()).isNull();
    }

    @Test
    void whoJoinsIsToldWhatHolds() {
        ServerMessages.Text paused = ServerMessages.status(State.PAUSED, "");
        outbox.tell(ServerMessages.waiting(1)); // while it waited for a session
        outbox.joined();
        outbox.catchUp(paused);
        assertThat(outbox.takeText()).isEqualTo(paused);
        assertThat(outbox.takeText()).isNull();
    }

    @Test
    void theNewestFrameWaitsWithTheNumberOfTheMessageThatItFollows() {
        assertThat(outbox.offer(frame(1))).isFalse();
        outbox.applied(7);
        assertThat(outbox.offer(frame(3))).isTrue();
        assertThat(outbox.offer(frame(2))).isFalse();
        outbox.applied(8);
        ByteBuffer sent = Objects.requireNonNull(outbox.takeFrame());
        assertThat(sent.getInt()).isEqualTo(3);
        assertThat(sent.getInt()).isEqualTo(7);
        assertThat(outbox.takeFrame()).isNull();
        assertThat(outbox.offer(frame(3))).isFalse();
        assertThat(outbox.takeFrame()).isNull();
    }
}
