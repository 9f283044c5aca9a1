package rules

// foreignKeys are keys that people try in a rule, as others have them, with what SendMessage cannot do and what to take
// instead. They are in lower case without - and _.
func foreignKeys() map[string]string {
	const (
		properties = "SendMessage sends a topic and a payload, and no MQTT 5 properties: put the values into the payload, as original does with all attributes; EventBridge by way of RocketMQ sets properties"
		quality    = "SendMessage has no QoS, and no page says which one a message goes out at: a device gets no more than it subscribed with; EventBridge by way of RocketMQ sets one"
		retained   = "SendMessage cannot retain messages: a device gets what is sent while it is subscribed"
		expiry     = "SendMessage has no expiry of messages: maximumEventAgeInSeconds refuses events that are too old when they come; EventBridge by way of RocketMQ sets one"
		instance   = "the instance, region and endpoint are those of the process: set SENDBRIDGE_INSTANCE_ID and SENDBRIDGE_REGION, and run a process for each instance"
		device     = "a device is addressed by a P2P topic: write topic: parent/p2p/GID_group@@@${$.data.device}"
		condition  = "which events a rule takes is written as pattern, such as {type: [created]}, and which elements of each as where"
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
