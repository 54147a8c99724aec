package dev.sluice.edge.upstream;

/**
 * A request on its way to an endpoint. Exactly one of {@link #succeeded}, {@link #failed} and
 * {@link #cancelled} must end it, which frees its place; what is told after that is ignored. Of a
 * long stream {@link #answered} can tell how it began before it ends. Belongs to one event loop.
 */
public final class Attempt {
  private enum Stage {
    BEGUN,
    ANSWERED,
    ENDED
  }

  private final Endpoint endpoint;
  private final int permit;
  private final int permitOfUpstream;
  private Stage stage = Stage.BEGUN;

  Attempt(Endpoint endpoint, int permit, int permitOfUpstream) {
    this.endpoint = endpoint;
    this.permit = permit;
    this.permitOfUpstream = permitOfUpstream;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * The head of the response is here. Says how the endpoint is, and keeps the place until the end.
   *
   * @param status 502, 503 and 504 are failures of the endpoint, everything else is not
   */
  public void answered(int status) {
    if (stage == Stage.BEGUN) {
      stage = Stage.ANSWERED;
      endpoint.meters().answered(status);
      if (status >= 502 && status <= 504) {
        endpoint.upstream().failed(endpoint, permit, permitOfUpstream);
      } else {
        endpoint.upstream().succeeded(endpoint, permit, permitOfUpstream);
      }
    }
  }

  /** The whole response was received. The status says what it does in {@link #answered}. */
  public void succeeded(int status) {
    answered(status);
    end();
  }

  /** There was no response, or not all of it. */
  public void failed(UpstreamFailure failure) {
    if (stage == Stage.ENDED) {
      return;
    }
    endpoint.meters().failed(failure);
    if (failure == UpstreamFailure.POOL_FULL) {
      // That is about us and says nothing of the endpoint.
      giveBack();
    } else {
      endpoint.upstream().failed(endpoint, permit, permitOfUpstream);
    }
    end();
  }

  /** Nobody wants the response any more. Says nothing of how the endpoint is. */
  public void cancelled() {
    if (stage == Stage.BEGUN) {
      endpoint.meters().cancelled();
      giveBack();
    }
    end();
  }

  private void giveBack() {
    if (stage == Stage.BEGUN) {
      endpoint.upstream().cancelled(endpoint, permit, permitOfUpstream);
    }
  }

  private void end() {
    if (stage != Stage.ENDED) {
      stage = Stage.ENDED;
      endpoint.upstream().ended(endpoint);
    }
  }
}
