package rules

// foreignKeys maps keys of other rule languages, in lower case without - and _, to what to write instead.
func foreignKeys() map[string]string {
	const (
		properties = "SendMessage sends a topic and a payload, but no MQTT 5 properties: put the values into the payload, as original does with all attributes; EventBridge with RocketMQ can set properties"
		quality    = "SendMessage has no QoS, and its documentation does not say which QoS a message has: a device receives at most the QoS of its subscription; EventBridge with RocketMQ can set one"
		retained   = "SendMessage cannot retain messages: a device receives the messages that are sent while it is subscribed"
		expiry     = "SendMessage has no expiry of messages: maximumEventAgeInSeconds rejects events that are too old when they arrive; EventBridge with RocketMQ can set one"
		instance   = "the instance, region and endpoint are those of the process: set SENDBRIDGE_INSTANCE_ID and SENDBRIDGE_REGION, and run a process for each instance"
		device     = "a device is addressed by a P2P topic: write topic: parent/p2p/GID_group@@@${$.data.device}"
		condition  = "write pattern to choose the events of a rule, such as {type: [created]}, and where to choose the elements of each"
		message    = "a rule has one target, the topic, and one message: write topic and payload, with vars and ${…} for values of the event"
	)
	return map[string]string{
		"qos": quality, "qoslevel": quality, "retain": retained, "retained": retained,
		"userproperties": properties, "userproperty": properties, "properties": properties, "headers": properties,
		"contenttype": properties, "responsetopic": properties, "correlationdata": properties,
		"expiry": expiry, "messageexpiry": expiry, "messageexpiryinterval": expiry, "ttl": expiry, "timetolive": expiry, "delay": expiry,
		"instance": instance, "instanceid": instance, "region": instance, "endpoint": instance, "broker": instance,
		"clientid": device, "device": device, "deviceid": device,
		"filter": condition, "filters": condition, "condition": condition, "if": condition, "when": condition, "match": condition,
		"eventpattern": condition, "select": condition,
		"target": message, "targets": message, "action": message, "actions": message, "inputtransformer": message,
		"inputpathsmap": message, "inputtemplate": message, "transform": message, "message": message, "body": message,
	}
}
