package dev.sluice.order;

import dev.sluice.platform.config.Setting;
import java.time.Duration;

/**
 * Section {@code order}: limits of the order room.
 *
 * @param drain how long a stop waits for the calls being worked on
 * @param purgeEvery how often expired Idempotency-Keys are deleted
 * @param purgeBatch most keys in one delete; a full one is followed by the next at once
 */
record OrderConfig(
    @Setting(
            doc = "How long a stop waits for calls being worked on.",
            def = "5s",
            min = 0,
            max = 60_000)
        Duration drain,
    @Setting(
            doc = "How often expired Idempotency-Keys are deleted.",
            def = "1m",
            min = 1000,
            max = 86_400_000)
        Duration purgeEvery,
    @Setting(
            doc = "Most Idempotency-Keys deleted by one statement.",
            def = "1000",
            min = 1,
            max = 100_000)
        int purgeBatch) {}
