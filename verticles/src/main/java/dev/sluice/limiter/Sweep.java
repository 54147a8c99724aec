package dev.sluice.limiter;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;

/** Goes round all buckets of a node, a step at a time, for ever. */
final class Sweep<W> {
  private final Collection<Book<W>> books;
  private Iterator<Book<W>> nextBook = Collections.emptyIterator();
  private Iterator<Holding<W>> nextHolding = Collections.emptyIterator();
  private Book<W> book;
  private Holding<W> holding;

  Sweep(Collection<Book<W>> books) {
    this.books = books;
  }

  /** Goes one bucket on; false at the end of a round. */
  boolean next() {
    while (!nextHolding.hasNext()) {
      if (!nextBook.hasNext()) {
        nextBook = books.iterator();
        if (!nextBook.hasNext() || book != null) {
          book = null;
          return false;
        }
      }
      book = nextBook.next();
      nextHolding = book.holdings().iterator();
    }
    holding = nextHolding.next();
    return true;
  }

  Book<W> book() {
    return book;
  }

  Holding<W> holding() {
    return holding;
  }
}
