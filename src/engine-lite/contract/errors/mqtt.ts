/** Errors of the MQTT doors. */
export const MQTT_ERRORS = {
  M0101: { title: 'cannot listen', help: 'The address is taken or not allowed. Choose another port.', retriable: false },
  M0102: {
    title: 'broker not reachable',
    help: 'The external broker does not answer. The session is kept and tried again.',
    retriable: true,
  },
  M0103: {
    title: 'broker refuses the login',
    help: 'User, password or certificate are not accepted by the external broker.',
    retriable: true,
  },
  M0104: {
    title: 'protocol violation',
    help: 'A client sent bytes that are no MQTT packet, or more than the limits allow. It was disconnected.',
    retriable: false,
  },
  M0105: { title: 'bad topic', help: 'The topic or filter breaks the rules of MQTT 3.1.1 section 4.7.', retriable: false },
} as const
