package dev.sluice.platform.outbox;

import dev.sluice.platform.kafka.OutgoingRecord;

/** An event that waits to be published, and its place in the order. */
record OutboxRow(long seq, OutgoingRecord event) {}
