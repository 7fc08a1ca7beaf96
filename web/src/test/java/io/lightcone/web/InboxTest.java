// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboxTest {
    private static final int STAY = 0;
    private static final int UP = 1;
    private static final int DOWN = 2;

    private final Inbox inbox = new Inbox(List.of("stay", "up", "down"));
    private final Lobby lobby =
            new Lobby(PlayOptions.defaults(), List.of(FakeWorld.of("fake")), new Tally(line -> {}), line -> {});
    private final Viewer viewer = new Viewer(lobby, new Lobby.Wanted(null, 0, null));

    @AfterEach
    void close() {
        lobby.close();
    }

    private void add(ClientMessage message) throws BadMessageException {
        inbox.add(viewer, new ClientMessage.Numbered(ClientMessage.NO_ID, message));
    }

    private void press(String... keys) throws BadMessageException {
        add(new ClientMessage.Keys(List.of(keys)));
    }

    @Test
    void aKeyThatIsDownHoldsOn() throws BadMessageException {
        assertThat(inbox.takeAction()).isEqualTo(STAY);
        press("w");
        assertThat(inbox.takeAction()).isEqualTo(UP);
        assertThat(inbox.takeAction()).isEqualTo(UP);
        press();
        assertThat(inbox.takeAction()).isEqualTo(STAY);
    }

    @Test
    void aTapWhileAnotherKeyIsDownDecidesOneFrame() throws BadMessageException {
        press("w");
        inbox.takeAction();
        press("w", "s");
        press("w");
        assertThat(inbox.takeAction()).isEqualTo(DOWN);
        assertThat(inbox.takeAction()).isEqualTo(UP);
    }

    @Test
    void ofTwoKeysTheLaterOneDecidesAndOthersMeanNothing() throws BadMessageException {
        press("s", "w", "q", "Shift");
        assertThat(inbox.takeAction()).isEqualTo(UP);
        press("s", "q");
        assertThat(inbox.takeAction()).isEqualTo(DOWN);
    }

    @Test
    void theLastOfManyWishesHolds() throws BadMessageException {
        add(new ClientMessage.Reset(OptionalLong.of(1)));
        add(new ClientMessage.Reset(OptionalLong.of(2)));
        inbox.show(new byte[] {1});
        inbox.show(new byte[] {2});
        Inbox.Wishes wishes = inbox.takeWishes().orElseThrow();
        assertThat(wishes.reset).isEqualTo(new ClientMessage.Reset(OptionalLong.of(2)));
        assertThat(wishes.picture).containsExactly(2);
        assertThat(wishes.undo).isNull();
        assertThat(inbox.takeWishes()).isEmpty();
    }

    @Test
    void keysOfAViewerThatIsGoneArePressedNoMore() throws BadMessageException {
        inbox.add(viewer, new ClientMessage.Numbered(5, new ClientMessage.Keys(List.of("w"))));
        inbox.takeAction();
        inbox.forget(viewer);
        assertThat(inbox.takeAction()).isEqualTo(STAY);
        assertThat(inbox.takeSteering()).isEmpty();
        assertThat(inbox.takeOthers()).isEmpty();
    }

    /** What steers takes effect with a frame, all else at once, and the number that is named never goes back. */
    @Test
    void numbersAreThoseOfWhatTookEffect() throws BadMessageException {
        ClientMessage keys = new ClientMessage.Keys(List.of("w"));
        inbox.add(viewer, new ClientMessage.Numbered(5, keys));
        inbox.add(viewer, new ClientMessage.Numbered(6, new ClientMessage.Pause()));
        inbox.add(viewer, new ClientMessage.Numbered(7, keys));
        assertThat(inbox.takeOthers()).containsExactly(Map.entry(viewer, 6L));
        assertThat(inbox.takeOthers()).isEmpty();
        assertThat(inbox.takeSteering()).containsExactly(Map.entry(viewer, 7L));
        inbox.add(viewer, new ClientMessage.Numbered(8, keys));
        inbox.add(viewer, new ClientMessage.Numbered(9, new ClientMessage.Pause()));
        assertThat(inbox.takeOthers()).containsExactly(Map.entry(viewer, 9L));
        assertThat(inbox.takeSteering()).isEmpty();
        inbox.add(viewer, new ClientMessage.Numbered(10, new ClientMessage.Pause()));
        inbox.add(viewer, new ClientMessage.Numbered(11, keys));
        assertThat(inbox.takeSteering()).as("before what came first").isEmpty();
        assertThat(inbox.takeOthers()).containsExactly(Map.entry(viewer, 10L));
        assertThat(inbox.takeSteering()).containsExactly(Map.entry(viewer, 11L));
        inbox.add(viewer, new ClientMessage.Numbered(12, keys));
        inbox.add(viewer, new ClientMessage.Numbered(13, new ClientMessage.Pause()));
        assertThat(inbox.takeSteering()).isEmpty();
        assertThat(inbox.takeOthers()).containsExactly(Map.entry(viewer, 13L));
    }

    /** A frame may begin between a reset and the game that follows it, which is what the key was for. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTappedKeyIsKeptForWhatFollowsAResetOrAnUndo(boolean reset) throws BadMessageException {
        ClientMessage wish = reset ? new ClientMessage.Reset(OptionalLong.empty()) : new ClientMessage.Undo(1);
        inbox.add(viewer, new ClientMessage.Numbered(1, wish));
        inbox.add(viewer, new ClientMessage.Numbered(2, new ClientMessage.Keys(List.of("w"))));
        inbox.add(viewer, new ClientMessage.Numbered(3, new ClientMessage.Keys(List.of())));
        assertThat(inbox.takeAction()).isEqualTo(UP);
        inbox.takeWishes();
        assertThat(inbox.takeAction()).isEqualTo(UP);
        assertThat(inbox.takeAction()).isEqualTo(STAY);
    }

    @Test
    void anActionThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> add(new ClientMessage.Action("jump")))
                .isInstanceOf(BadMessageException.class)
                .hasMessage("there is no such action; there are stay, up, down");
        Inbox none = new Inbox(List.of());
        assertThatThrownBy(() -> none.add(
                        viewer, new ClientMessage.Numbered(ClientMessage.NO_ID, new ClientMessage.Action("up"))))
                .hasMessage("this world knows no actions");
    }
}
