package io.ha4j.standalone;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A status as text and back. Loaded with the first question only, as the JSON library takes its time. */
final class StatusJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private StatusJson() {}

    static String write(Status status) {
        return MAPPER.writeValueAsString(status) + "\n";
    }

    /** @throws JacksonException if the text is something else */
    static Status read(String text) {
        return MAPPER.readValue(text, Status.class);
    }
}
