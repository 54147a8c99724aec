package dev.sluice.contract;

import java.time.Instant;
import java.util.List;

/**
 * What can be asked of, and heard from, the room that keeps the routes which were changed while the
 * nodes run. What a document says is not its business: who stores one has read and checked it.
 * Versions count from 1; version 0 is the empty document, from before anything was stored.
 */
public sealed interface Routes extends Contract {
  /**
   * Of a document, as UTF-8: ten thousand routes of 400 bytes. It travels as one message, and what
   * comes behind it on the same connection waits.
   */
  int MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

  /**
   * The newest version. Cheap enough to be asked each second.
   *
   * @param known a version the caller has, so that its document need not be sent again; absent for
   *     none
   */
  @Requires("read:routes")
  @Idempotent
  record Current(@MayBeAbsent Long known) implements Routes, Request<Stored> {
    public Current {
      if (known != null) {
        atLeast("known", known, 0);
      }
    }
  }

  /**
   * Makes a document the newest version; answered without it. CONFLICT when {@code basis} is not
   * the newest version: of two at once one wins. To roll back, store what an old version says.
   *
   * <p>An Idempotency-Key makes it safe to repeat. It belongs to the document and the comment, not
   * to the basis: who starts anew from what is there now, and comes to the same, is answered what
   * he was the first time.
   *
   * @param document at most {@link #MAX_DOCUMENT_BYTES} in UTF-8
   * @param basis the version it was made from; 0 when there was none
   * @param comment why; at most 500 characters
   */
  @Requires("write:routes")
  record Store(String document, long basis, @MayBeAbsent String comment)
      implements Routes, Request<Stored> {
    private static final int LONGEST_COMMENT = 500;

    public Store {
      Check.document("document", document, MAX_DOCUMENT_BYTES);
      atLeast("basis", basis, 0);
      if (comment != null) {
        Check.text("comment", comment, 0, LONGEST_COMMENT);
        Check.document("comment", comment, 4 * LONGEST_COMMENT);
      }
    }

    /** Without the document. */
    @Override
    public String toString() {
      return "Store[basis=" + basis + ", comment=" + comment + "]";
    }
  }

  /**
   * The versions there are, newest first, without their documents. Old ones are given up.
   *
   * @param limit 1 to 100, 20 when absent
   * @param cursor the {@code nextCursor} of the page before; absent for the first page
   */
  @Requires("read:routes")
  @Idempotent
  record Versions(@MayBeAbsent Integer limit, @MayBeAbsent String cursor)
      implements Routes, Request<Page> {
    public Versions {
      limit = limit == null ? 20 : Check.range("limit", limit, 1, 100);
      if (cursor != null) {
        Check.text("cursor", cursor, 1, 200);
      }
    }
  }

  /** One version with its document; NOT_FOUND when it never was, or was given up. */
  @Requires("read:routes")
  @Idempotent
  record Version(long version) implements Routes, Request<Stored> {
    public Version {
      atLeast("version", version, 1);
    }
  }

  /**
   * A version.
   *
   * @param document absent when the caller has it; empty for version 0
   * @param author who stored it: an e-mail address, {@code key <id>} or {@code node <name>}; absent
   *     for version 0, as the two that follow
   */
  record Stored(
      long version,
      @MayBeAbsent String document,
      @MayBeAbsent String author,
      @MayBeAbsent Instant at,
      @MayBeAbsent String comment)
      implements Routes {

    /** Without the document. */
    @Override
    public String toString() {
      return "Stored[version=" + version + ", author=" + author + ", at=" + at + "]";
    }
  }

  /**
   * A version without its document.
   *
   * @param bytes of the document, in UTF-8
   */
  record Entry(long version, String author, Instant at, @MayBeAbsent String comment, int bytes) {}

  /**
   * @param nextCursor absent on the last page
   */
  record Page(List<Entry> items, @MayBeAbsent String nextCursor) implements Routes {
    public Page {
      items = Check.copy(items);
    }
  }

  /**
   * Told to every node after a version was stored. It can get lost, come twice, and come late: it
   * is a reason to ask for {@link Current}, and not the only one there should be.
   */
  record Changed(long version, @MayBeAbsent String comment) implements Routes, Event {}

  private static void atLeast(String field, long value, long min) {
    if (value < min) {
      throw Problem.field(field, "must be at least " + min + ", was " + value);
    }
  }
}
