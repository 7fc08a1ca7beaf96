// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.cli.Interrupts.Registration;
import io.lightcone.testing.Await;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what Ctrl-C does, called as the JVM's hook calls it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class InterruptsTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private Interrupts open() {
        return new Interrupts(() -> calls.add("announced"));
    }

    /** Presses Ctrl-C in a thread of its own, which ends when the JVM would. */
    private static Thread press(Interrupts interrupts) {
        Thread thread = new Thread(interrupts::interrupt);
        thread.start();
        Await.until("Ctrl-C to be heard", () -> interrupts.happened() && thread.getState() != Thread.State.RUNNABLE);
        return thread;
    }

    @Test
    void ctrlCAsksTheWorkToStopAndWaitsForTheEnd() throws InterruptedException {
        Thread end;
        try (Interrupts interrupts = open();
                Registration outer = interrupts.onStop(() -> calls.add("outer"));
                Registration inner = interrupts.onStop(() -> calls.add("inner"))) {
            assertThat(interrupts.happened()).isFalse();
            end = press(interrupts);
            assertThat(calls).containsExactly("announced", "inner", "outer");
            end.join(50);
            assertThat(end.isAlive()).as("held back until the messages are out").isTrue();
        }
        end.join();
    }

    @Test
    void workThatIsOverIsNotAskedToStop() {
        try (Interrupts interrupts = open()) {
            try (Registration over = interrupts.onStop(() -> calls.add("over"))) {
                assertThat(calls).isEmpty();
            }
            press(interrupts);
            assertThat(calls).containsExactly("announced");
        }
    }

    @Test
    void workThatStartsAfterCtrlCIsAskedAtOnce() {
        try (Interrupts interrupts = open()) {
            assertThatCode(interrupts::check).doesNotThrowAnyException();
            press(interrupts);
            try (Registration late = interrupts.onStop(() -> calls.add("late"))) {
                assertThat(calls).containsExactly("announced", "late");
            }
            assertThatThrownBy(interrupts::check).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void anActionThatFailsDoesNotLetTheJvmGo() throws InterruptedException {
        Thread end;
        try (Interrupts interrupts = open();
                Registration broken = interrupts.onStop(() -> {
                    throw new IllegalStateException("broken");
                })) {
            Thread hook = new Thread(interrupts::interrupt);
            hook.setUncaughtExceptionHandler((thread, e) -> calls.add(String.valueOf(e.getMessage())));
            hook.start();
            hook.join(50);
            assertThat(hook.isAlive()).isTrue();
            end = hook;
        }
        end.join();
        assertThat(calls).containsExactly("announced", "broken");
    }
}
