// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.data.ClipDataset;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Machine;
import io.lightcone.run.TrainableConfig;
import io.lightcone.tensor.Workers;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;

/**
 * What a run is to learn, with its configuration: a model by some kind of training, or a codec. {@link RunStart} starts
 * and resumes runs of any task, and {@link TrainingRun} trains them.
 */
interface Task {
    /** Returns the configuration of the run. */
    TrainableConfig config();

    /** Returns the name of the kind of training, which checkpoints record: no other kind resumes them. */
    String training();

    /** Returns the checkpoint of a trained run that a new run begins with, as its path; empty for none. */
    default String origin() {
        return "";
    }

    /**
     * Returns this task as a run does and saves it: with whole paths to the data, and with what is left to the machine
     * decided.
     *
     * @throws io.lightcone.UserException if a new run or a resumed one cannot be like that
     */
    Task resolved(Device device);

    /** Returns {@code data} as this task needs it. */
    default ClipDataset prepared(ClipDataset data) {
        return data;
    }

    /**
     * Returns this task for the classes and actions of {@code data}.
     *
     * @throws io.lightcone.UserException if it is one for others
     */
    default Task on(ClipDataset data) {
        return this;
    }

    /**
     * Returns this task as a new run saves it: for the classes and actions of {@code data}, and with all else that is
     * found out when a run starts.
     *
     * @param messages hears of what takes time
     * @throws io.lightcone.UserException if it is one for others
     */
    default Task begun(ClipDataset data, Device device, Consumer<String> messages) {
        return on(data);
    }

    /** Returns what is learned from the first step on, with workers that it then owns. */
    Learning fresh(Device device, Workers workers);

    /**
     * Returns what is learned from a checkpoint on, whose tensors are copied.
     *
     * @param workers threads to compute with, which the result then owns
     * @throws io.lightcone.UserException if the checkpoint belongs to something else
     */
    Learning resumed(Device device, Workers workers, Checkpoint checkpoint);

    /** Says which settings let a step do with less memory, as in "choose a smaller training.batch". */
    String memoryAdvice(int workers);

    /**
     * Returns by how many workers a step is computed.
     *
     * @param asked what the user asks for, or 0 for as many as are best
     */
    default int workers(int asked, Device device) {
        return Workers.count(asked, config().parts(), device);
    }

    /** Returns in a line how {@code device} computes, as measured; empty for a GPU, which is not measured. */
    default String measured(Device device) {
        return device.is_cpu() ? Machine.current().summary() : "";
    }

    /** Says in a sentence what a resumed run keeps that is not best on {@code device}; empty for nothing. */
    default String keptTypes(Device device) {
        return "";
    }
}
