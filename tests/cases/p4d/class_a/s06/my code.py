import torch

# hidden layer with 2 neurons
x = torch.tensor(1.5, requires_grad=True)
y = torch.tensor(4.0)

# weights first layer
w1 = torch.tensor(0.5, requires_grad=True)
w2 = torch.tensor(-0.7, requires_grad=True)
# bias first layer
c1 = torch.tensor(0.2, requires_grad=True)
c2 = torch.tensor(0.1, requires_grad=True)
# weights second layer
v1 = torch.tensor(1.1, requires_grad=True)
v2 = torch.tensor(0.4, requires_grad=True)
# bias second layer
d = torch.tensor(-0.3, requires_grad=True)

z1 = w1*x + c1
z2 = w2*x + c2
a1 = torch.relu(z1)
a2 = torch.relu(z2)
yhat = v1*a1 + v2*a2 + d + x
loss = (yhat - y)**2
loss.backward()

# is the neuron on or off
if z1 > 0:
    on1 = 1
else:
    on1 = 0
if z2 > 0:
    on2 = 1
else:
    on2 = 0

print("db2   autograd", d.grad.item(), "me", 2*(yhat-y).item())
print("dW2_1 autograd", v1.grad.item(), "me", 2*(yhat-y).item()*a1.item())
print("dW2_2 autograd", v2.grad.item(), "me", 2*(yhat-y).item()*a2.item())
print("dW1_1 autograd", w1.grad.item(), "me", 2*(yhat-y).item()*v1.item()*on1*x.item())
print("dW1_2 autograd", w2.grad.item(), "me", 2*(yhat-y).item()*v2.item()*on2*x.item())
print("db1_1 autograd", c1.grad.item(), "me", 2*(yhat-y).item()*v1.item()*on1)
print("db1_2 autograd", c2.grad.item(), "me", 2*(yhat-y).item()*v2.item()*on2)
print("dx    autograd", x.grad.item(), "me", 2*(yhat-y).item()*(1 + v1.item()*on1*w1.item() + v2.item()*on2*w2.item()))

# they are the same. the second neuron is off so its gradients are 0
