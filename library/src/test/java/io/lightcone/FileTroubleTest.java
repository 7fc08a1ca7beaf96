// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileTroubleTest {
    private static final Path RUN = Path.of("Runs/a");

    @Test
    void aMessageThatIsOnlyAFileNameBecomesAReason() {
        assertReason(new AccessDeniedException("Runs/a"), "permission denied");
        assertReason(new NoSuchFileException("Runs/a"), "there is no such file or folder");
        assertReason(new FileAlreadyExistsException("Runs/a"), "something of that name stands in the way");
        assertReason(new NotDirectoryException("Runs/a"), "it is no folder");
        assertReason(new DirectoryNotEmptyException("Runs/a"), "the folder is not empty");
        assertReason(new FileSystemException("Runs/a", null, "No space left on device"), "no space left on device");
        assertReason(new EOFException(), "it ends too early");
        assertReason(new IOException("Input/output error"), "input/output error");
        assertReason(new ClosedChannelException(), "ClosedChannelException");
        assertReason(new FileSystemException("Runs/a"), "FileSystemException");
    }

    @Test
    void aFileOtherThanTheNamedOneIsAddedToTheReason() {
        assertReason(new AccessDeniedException("Runs/./a"), "permission denied");
        assertReason(new AccessDeniedException(RUN.toAbsolutePath().toString()), "permission denied");
        assertReason(new AccessDeniedException("Runs/a/state.json"), "permission denied (Runs/a/state.json)");
        assertReason(new AccessDeniedException("Runs/.a.partial"), "permission denied");
        assertReason(new AccessDeniedException("Runs/a/.step-1.partial/state.json"), "permission denied");
        assertReason(new AccessDeniedException("Runs/a/b", "Runs/a/c", null), "permission denied");
    }

    /** A name is compared on the file system that it comes from, since it means something only there. */
    @Test
    void filesMayLieOnAnyFileSystem() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path missing = files.getPath("none");
            String reason = "";
            try {
                Files.readAllBytes(missing);
            } catch (IOException e) {
                reason = FileTrouble.reason(e, missing);
            }
            assertThat(reason).isEqualTo("there is no such file or folder");
        }
    }

    private static void assertReason(IOException e, String reason) {
        assertThat(FileTrouble.reason(e, RUN)).isEqualTo(reason);
    }
}
