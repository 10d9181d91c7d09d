#homework 2 problem 4d
import torch

torch.manual_seed(42)
h=3
w1=torch.randn(h,1,requires_grad=True)
b1=torch.randn(h,1,requires_grad=True)
w2=torch.randn(1,h,requires_grad=True)
b2=torch.randn(1,1,requires_grad=True)
x=torch.tensor([[1.5]],requires_grad=True)
y=torch.tensor([[2.0]])

#forward
z=w1@x+b1
a=torch.relu(z)
yhat=w2@a+b2+x
loss=(1/2)*(yhat-y)**2
loss.backward()

#my formulas from part b
e=yhat-y
mask=torch.zeros(h,1)
for i in range(h):
	if z[i]>0:
		mask[i]=1
gb2=e
gw2=e*a.T
gb1=w2.T*e*mask
gw1=gb1*x
gx=e+w1.T@gb1

print("b2 mine",gb2)
print("b2 torch",b2.grad)
print("w2 mine",gw2)
print("w2 torch",w2.grad)
print("w1 mine",gw1)
print("w1 torch",w1.grad)
print("b1 mine",gb1)
print("b1 torch",b1.grad)
print("x mine",gx)
print("x torch",x.grad)
#they are the same!!
