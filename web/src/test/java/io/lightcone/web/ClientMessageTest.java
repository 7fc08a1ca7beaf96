// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientMessageTest {
    private static ClientMessage.Numbered parsed(String json) throws BadMessageException {
        return ClientMessage.Parser.parse(json.replace('\'', '"'));
    }

    @Test
    void everyMessageIsUnderstood() throws BadMessageException {
        assertThat(parsed("{'type':'keys','pressed':['w','ArrowUp'],'id':4294967295}"))
                .isEqualTo(new ClientMessage.Numbered(4294967295L, new ClientMessage.Keys(List.of("w", "ArrowUp"))));
        assertThat(parsed("{'type':'action','action':'up'}").message()).isEqualTo(new ClientMessage.Action("up"));
        assertThat(parsed("{'type':'pause'}").message()).isEqualTo(new ClientMessage.Pause());
        assertThat(parsed("{'type':'play'}").message()).isEqualTo(new ClientMessage.Play());
        assertThat(parsed("{'type':'reset','seed':-5}").message())
                .isEqualTo(new ClientMessage.Reset(OptionalLong.of(-5)));
        assertThat(parsed("{'type':'reset'}").message()).isEqualTo(new ClientMessage.Reset(OptionalLong.empty()));
        assertThat(parsed("{'type':'steps','steps':2}").message()).isEqualTo(new ClientMessage.Steps(2));
        assertThat(parsed("{'type':'undo','seconds':2.5}").message()).isEqualTo(new ClientMessage.Undo(2.5));
        assertThat(parsed("{'type':'record','on':true}").message()).isEqualTo(new ClientMessage.Recording(true));
        assertThat(parsed("{'type':'rate','fps':20,'later':'field'}").message()).isEqualTo(new ClientMessage.Rate(20));
    }

    @Test
    void aMessageWithoutANumberHasNone() throws BadMessageException {
        assertThat(parsed("{'type':'pause'}").id()).isEqualTo(ClientMessage.NO_ID);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {'type':                                  | the message is no JSON
                    ~~                                        | a message is an object
                    null                                      | a message is an object
                    ['keys']                                  | a message is an object
                    {}                                        | the message has no text 'type'
                    {'type':7}                                | the message has no text 'type'
                    {'type':'jump'}                           | there is no type 'jump'
                    {'type':'keys'}                           | pressed is a list
                    {'type':'keys','pressed':'w'}             | pressed is a list
                    {'type':'keys','pressed':[1]}             | pressed is a list of names
                    {'type':'keys','pressed':[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]} | at most 16
                    {'type':'action'}                         | the message has no text 'action'
                    {'type':'reset','seed':1.5}               | seed is a whole number
                    {'type':'reset','seed':99999999999999999999} | seed is a whole number
                    {'type':'steps','steps':0}                | steps is a number from 1 to 1000
                    {'type':'steps','steps':1.5}              | steps is a whole number
                    {'type':'steps','steps':'two'}            | steps is a number from 1 to 1000
                    {'type':'undo','seconds':-1}              | seconds is a number from 0 to 3600
                    {'type':'undo'}                           | seconds is a number from 0 to 3600
                    {'type':'record','on':'yes'}              | on is true or false
                    {'type':'rate','fps':0}                   | fps is a number from 0.1 to 240
                    {'type':'rate','fps':1e999}               | fps is a number from 0.1 to 240
                    {'type':'pause','id':-1}                  | id is a number from 0 to 4294967295
                    {'type':'pause','id':1.5}                 | id is a whole number
                    {'type':'a type with a name that goes on and on'} | 'a type with a name t...'
                    """)
    void whatIsNoMessageIsRefusedInASentence(String json, String sentence) {
        assertThatThrownBy(() -> parsed(json))
                .isInstanceOf(BadMessageException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aDeepMessageIsRefused() {
        assertThatThrownBy(() -> parsed("[".repeat(4000))).isInstanceOf(BadMessageException.class);
    }
}
