// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0

/**
 * A server of worlds that are steered in the browser: {@link io.lightcone.web.PlayServer} serves the page and streams
 * the frames of its sessions over a WebSocket, as docs/protocol.md says. What a session plays is a
 * {@link io.lightcone.web.PlayWorld}: a run, or any other source of pictures that a program brings. Only this package
 * knows the web server, and it knows nothing of commands.
 */
@NullMarked
package io.lightcone.web;

import org.jspecify.annotations.NullMarked;
