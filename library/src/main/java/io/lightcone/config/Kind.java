// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record as one of the kinds of a sealed interface, or of one with {@link OpenKinds}, and names it: a
 * configuration chooses it with the key {@code kind}. The record has a static method {@code defaults()} or a
 * constructor without parameters, whose result has the values of the keys that another kind did not have.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /** Returns the name in configurations, such as {@code moving-digits}; it never changes. */
    String value();
}
