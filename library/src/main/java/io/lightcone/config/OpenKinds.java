// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an interface that anybody may add kinds to, where a sealed one has those of its permits clause alone. A kind
 * from outside is a public record that implements the interface, has a {@link Kind} and a public constructor without
 * parameters, which gives its defaults, and is named in a file {@code META-INF/services/} of the interface's binary
 * name, as {@link java.util.ServiceLoader} asks; no object is created to find it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OpenKinds {
    /** Returns the records that are kinds wherever the interface is, each with a {@link Kind}. */
    Class<? extends Record>[] value();
}
