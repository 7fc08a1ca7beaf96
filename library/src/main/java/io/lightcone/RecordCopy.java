// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
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
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private final Class<R> type;
    private final Shape shape;
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
        /** Returns the value of the component in {@code original}. */
        @Nullable
        V get(R original);
    }

    /** The canonical constructor of a type of records, and the accessors in the order of its parameters. */
    private record Shape(List<Method> accessors, Constructor<?> constructor) {
        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            List<Method> accessors =
                    Arrays.stream(components).map(RecordComponent::getAccessor).toList();
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                accessors.forEach(accessor -> accessor.setAccessible(true));
                return new Shape(accessors, constructor);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type + " has no canonical constructor", e);
            }
        }
    }

    private RecordCopy(Class<R> type, Shape shape, @Nullable Object[] values) {
        this.type = type;
        this.shape = shape;
        this.values = values;
    }

    /** Begins a copy of {@code original}, which so far is equal to it. */
    public static <R extends Record> RecordCopy<R> of(R original) {
        @SuppressWarnings("unchecked") // the class of an R, and a record has no subclasses
        Class<R> type = (Class<R>) original.getClass();
        Shape shape = SHAPES.get(type);
        @Nullable Object[] values = new @Nullable Object[shape.accessors.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = invoke(shape.accessors.get(i), original);
        }
        return new RecordCopy<>(type, shape, values);
    }

    /**
     * Replaces the value of one component of the copy.
     *
     * @param accessor a reference to the component's accessor, not a lambda expression
     * @return this copy
     * @throws IllegalArgumentException if {@code accessor} is no such reference
     */
    public <V> RecordCopy<R> with(Accessor<R, V> accessor, V value) {
        String name = name(accessor);
        for (int i = 0; i < values.length; i++) {
            if (shape.accessors.get(i).getName().equals(name)) {
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
     * @throws IllegalArgumentException if a value is of another type than its component
     */
    public R build() {
        try {
            return type.cast(shape.constructor.newInstance(values));
        } catch (InvocationTargetException e) {
            throw thrown(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be created", e);
        }
    }

    private static String name(Accessor<?, ?> accessor) {
        try {
            Method writeReplace = accessor.getClass().getDeclaredMethod("writeReplace");
            writeReplace.setAccessible(true);
            if (invoke(writeReplace, accessor) instanceof SerializedLambda reference) {
                return reference.getImplMethodName();
            }
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("an accessor must be a method reference", e);
        }
        throw new IllegalArgumentException("an accessor must be a method reference");
    }

    private static @Nullable Object invoke(Method method, Object target) {
        try {
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
