package dev.sluice.edge.http;

/** Entity tags with their quotes, and {@code W/} before them if they are weak: RFC 9110, 8.8.3. */
public final class EntityTag {
  private static final String WEAK = "W/";

  private EntityTag() {}

  static boolean isWeak(String tag) {
    return tag.startsWith(WEAK);
  }

  /** Whether both are of forms that are as good as each other. */
  public static boolean sameWeakly(String one, String other) {
    return opaque(one).equals(opaque(other));
  }

  /** Whether both are of the same bytes. */
  static boolean sameStrongly(String one, String other) {
    return !isWeak(one) && one.equals(other);
  }

  /**
   * Whether a list has the tag, or is {@code *}, which has all.
   *
   * @param tag null for none
   */
  static boolean isIn(String list, String tag, boolean weakly) {
    if (list.strip().equals("*")) {
      return true;
    }
    if (tag == null) {
      return false;
    }
    for (String member : FieldValues.members(list)) {
      if (weakly ? sameWeakly(member, tag) : sameStrongly(member, tag)) {
        return true;
      }
    }
    return false;
  }

  private static String opaque(String tag) {
    return isWeak(tag) ? tag.substring(WEAK.length()) : tag;
  }
}
