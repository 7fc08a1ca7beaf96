// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies a record with other values for some of its components:
 *
 * <pre>{@code
 * RecordCopy.of(model).with(ModelConfig::depth, 12).with(ModelConfig::encoder, 8).build()
 * }</pre>
 *
 * A component is named by its accessor, so that the compiler knows that there is one; nobody counts positions. Reading
 * the name from the accessor and calling the constructor by reflection takes some microseconds: code that runs for
 * every layer of every step calls constructors itself. Settings that a user writes, as text and by path, are applied by
 * {@code config.ConfigReader.with} instead.
 *
 * @param <R> type of the record
 */
public final class RecordCopy<R extends Record> {
    private final Class<R> type;
    private final RecordComponent[] components;
    private final @Nullable Object[] values;

    /**
     * The accessor of a component, as a method reference such as {@code ModelConfig::depth}. It is serializable because
     * only the serialized form of a method reference says which method it refers to.
     *
     * @param <R> type of the record
     * @param <V> type of the component
     */
    @FunctionalInterface
    public interface Accessor<R extends Record, V> extends Serializable {
        /** Returns the value of the component in {@code config}. */
        @Nullable
        V get(R config);
    }

    private RecordCopy(Class<R> type, RecordComponent[] components, @Nullable Object[] values) {
        this.type = type;
        this.components = components;
        this.values = values;
    }

    /** Begins a copy of {@code original}, which so far is equal to it. */
    public static <R extends Record> RecordCopy<R> of(R original) {
        @SuppressWarnings("unchecked") // the class of an R, and a record has no subclasses
        Class<R> type = (Class<R>) original.getClass();
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = invoke(components[i].getAccessor(), original);
        }
        return new RecordCopy<>(type, components, values);
    }

    /**
     * Replaces the value of one component of the copy.
     *
     * @param accessor a reference to the component's accessor, not a lambda expression
     * @return this copy
     * @throws IllegalArgumentException if {@code accessor} is no such reference, or {@code value} is of another type
     */
    public <V> RecordCopy<R> with(Accessor<R, V> accessor, V value) {
        String name = name(accessor);
        for (int i = 0; i < components.length; i++) {
            if (components[i].getName().equals(name)) {
                values[i] = value;
                return this;
            }
        }
        throw new IllegalArgumentException(type.getSimpleName() + " has no component " + name);
    }

    /**
     * Creates the copy. What the record's own constructor throws is thrown on.
     *
     * @return a record of the same type
     */
    public R build() {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw thrown(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be created", e);
        }
    }

    private static String name(Accessor<?, ?> accessor) {
        try {
            Object form = invoke(accessor.getClass().getDeclaredMethod("writeReplace"), accessor);
            if (form instanceof SerializedLambda reference) {
                return reference.getImplMethodName();
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("an accessor must be a method reference", e);
        }
        throw new IllegalArgumentException("an accessor must be a method reference");
    }

    private static @Nullable Object invoke(Method method, Object target) {
        try {
            method.setAccessible(true);
            return method.invoke(target);
        } catch (InvocationTargetException e) {
            throw thrown(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(method + " cannot be called", e);
        }
    }

    /** Returns what a constructor or an accessor threw, which is unchecked as neither may declare anything else. */
    private static RuntimeException thrown(InvocationTargetException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
    }
}
