/** LocalStack starts DynamoDB Local with an agent that lifts its limit of 20 indexes; this one changes nothing. */
public final class NoAgent {
    private NoAgent() {}

    public static void premain(String arguments) {}
}
